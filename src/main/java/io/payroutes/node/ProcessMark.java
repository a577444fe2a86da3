package io.payroutes.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which process on which machine: what another process needs to know to see for itself that this one has ended. On Linux only, and
 * only of processes that it could see: same machine since the same boot, same container, same user.
 */
final class ProcessMark {
    private static final String SEPARATOR = "\n";
    /** Fields of {@code /proc/<pid>/stat} behind the name, which may have blanks and brackets itself. See proc(5). */
    private static final int STATE = 0;

    private static final int START_TIME = 19;

    private final Path proc;
    private final long pid;

    ProcessMark(Path proc, long pid) {
        this.proc = proc;
        this.pid = pid;
    }

    /** This process. */
    static ProcessMark own() {
        return new ProcessMark(Path.of("/proc"), ProcessHandle.current().pid());
    }

    /** Where it runs, and its number there; empty if that cannot be said. */
    String text() {
        String place = place();
        List<String> stat = stat(pid);
        return place == null || stat == null ? "" : place + SEPARATOR + pid + SEPARATOR + stat.get(START_TIME);
    }

    /** Whether the other process, by its text, would be seen here and is not. */
    boolean sawTheEndOf(String other) {
        String place = place();
        if (place == null || !other.startsWith(place + SEPARATOR)) {
            return false;
        }
        String[] numbers = other.substring(place.length() + 1).split(SEPARATOR, -1);
        List<String> stat = stat(Long.parseLong(numbers[0]));
        return stat != null
                && (stat.isEmpty()
                        // Ended, and nobody asked for its exit code.
                        || stat.get(STATE).matches("[ZXx]")
                        // The number is somebody else's now.
                        || !stat.get(START_TIME).equals(numbers[1]));
    }

    private @Nullable String place() {
        try {
            return String.join(
                    SEPARATOR,
                    Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip(),
                    Files.readString(proc.resolve("sys/kernel/hostname")).strip(),
                    Files.readSymbolicLink(proc.resolve("self/ns/pid")).toString(),
                    System.getProperty("user.name"));
        } catch (IOException | UnsupportedOperationException e) {
            return null; // not Linux
        }
    }

    /** The fields behind the name; empty if there is no such process, null if that is not to be seen. */
    private @Nullable List<String> stat(long number) {
        try {
            String line = Files.readString(proc.resolve(Long.toString(number)).resolve("stat"));
            return List.of(line.substring(line.lastIndexOf(')') + 1).strip().split(" ", -1));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            return null;
        }
    }
}
