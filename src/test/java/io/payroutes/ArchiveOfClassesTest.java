package io.payroutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The build leaves an archive of classes with which the program starts as the README says. */
class ArchiveOfClassesTest {
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

    @Test
    void isTakenByThisJavaWithTheOptionsOfTheReadme() throws Exception {
        assumeTrue(
                Files.exists(JAVA_HOME.resolve("lib/server/classes.jsa")),
                "a Java without an archive of its own classes adds none to it");

        // -Xshare:on: without a usable archive Java does not start.
        Process java = new ProcessBuilder(
                        JAVA_HOME.resolve("bin/java").toString(),
                        "@config/java.options",
                        "-Xshare:on",
                        "-cp",
                        "target/payroutes.jar",
                        "-version")
                .redirectErrorStream(true)
                .start();
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(java.waitFor()).as(said).isZero();
    }
}
