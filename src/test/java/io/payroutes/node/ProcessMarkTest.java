package io.payroutes.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMarkTest {
    private static final Path PROC = Path.of("/proc");

    @BeforeEach
    void onLinux() {
        assumeTrue(Files.exists(PROC.resolve("sys/kernel/random/boot_id")), "there is nothing to see elsewhere");
    }

    @Test
    void aProcessIsSeenToEndWhenItDoesAndNotBefore() throws Exception {
        Process other = new ProcessBuilder("sleep", "600").start();
        try {
            String mark = new ProcessMark(PROC, other.pid()).text();
            assertThat(ProcessMark.own().sawTheEndOf(mark)).isFalse();
            other.destroyForcibly().waitFor();
            assertThat(ProcessMark.own().sawTheEndOf(mark)).isTrue();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void aProcessWithTheSameNumberThatStartedAtAnotherTimeIsAnotherOne() {
        assertThat(ProcessMark.own().sawTheEndOf(ProcessMark.own().text())).isFalse();
        assertThat(ProcessMark.own().sawTheEndOf(ProcessMark.own().text() + "0"))
                .isTrue();
    }

    @Test
    void nothingIsSaidOfProcessesThatCouldNotBeSeen() {
        String own = ProcessMark.own().text();
        assertThat(ProcessMark.own().sawTheEndOf("")).isFalse();
        for (int line = 0; line < 4; line++) {
            String[] elsewhere = own.split("\n", -1);
            elsewhere[line] += "x";
            assertThat(ProcessMark.own().sawTheEndOf(String.join("\n", elsewhere) + "0"))
                    .isFalse();
        }
    }

    @Test
    void aProcessThatEndedHasEndedThoughNobodyAskedForItsExitCode(@TempDir Path proc) throws IOException {
        ProcessMark here = madeUp(proc, "S");
        assertThat(here.sawTheEndOf(here.text())).isFalse();
        assertThat(madeUp(proc, "Z").sawTheEndOf(here.text())).isTrue();
    }

    @Test
    void whereThereIsNoProcFileSystemNothingIsSaid(@TempDir Path proc) {
        assertThat(new ProcessMark(proc, 1).text()).isEmpty();
        assertThat(new ProcessMark(proc, 1).sawTheEndOf(ProcessMark.own().text()))
                .isFalse();
    }

    private static ProcessMark madeUp(Path proc, String state) throws IOException {
        Files.createDirectories(proc.resolve("sys/kernel/random"));
        Files.createDirectories(proc.resolve("self/ns"));
        Files.createDirectories(proc.resolve("7"));
        Files.writeString(proc.resolve("sys/kernel/random/boot_id"), "boot\n");
        Files.writeString(proc.resolve("sys/kernel/hostname"), "host\n");
        if (!Files.isSymbolicLink(proc.resolve("self/ns/pid"))) {
            Files.createSymbolicLink(proc.resolve("self/ns/pid"), Path.of("pid:[1]"));
        }
        Files.writeString(
                proc.resolve("7/stat"),
                "7 (a) name (b)) " + state + " 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4711 5 6\n");
        return new ProcessMark(proc, 7);
    }
}
