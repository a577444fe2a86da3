package io.payroutes.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The route files and the settings, copied so that a test can put a mistake in. */
final class ProjectCopy {
    private ProjectCopy() {}

    /** A copy in which the first occurrence of a text is replaced. */
    static Path with(Path target, String file, String right, String wrong) {
        for (String folder : new String[] {"routes", "config", "src/main/java", "src/demo/java"}) {
            copy(Path.of(folder), target.resolve(folder));
        }
        replace(target.resolve(file), right, wrong);
        return target;
    }

    static void replace(Path file, String old, String replacement) {
        try {
            String text = Files.readString(file);
            int at = text.indexOf(old);
            if (at < 0) {
                throw new AssertionError(file + " does not contain: " + old);
            }
            Files.writeString(file, text.substring(0, at) + replacement + text.substring(at + old.length()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.write(target, Files.readAllBytes(file));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
