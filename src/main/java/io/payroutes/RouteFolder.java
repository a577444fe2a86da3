package io.payroutes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The files that people edit: the routes that the program loads, the kamelets and the settings. */
final class RouteFolder {
    private static final String FILE = "file:";

    private final Set<Path> folders = new LinkedHashSet<>();

    /** @param patterns as in camel.main.routesIncludePattern: {@code file:routes/*.camel.yaml}, comma separated */
    RouteFolder(String patterns) {
        for (String pattern : patterns.split(",", -1)) {
            if (pattern.startsWith(FILE)) {
                Path parent = Path.of(pattern.substring(FILE.length()).replace('*', '_'))
                        .getParent();
                folders.add(parent == null ? Path.of("") : parent);
            }
        }
    }

    /** The folders of the routes. */
    List<Path> folders() {
        return List.copyOf(folders);
    }

    /** All route files, then all kamelets, then the settings. */
    List<Path> files() {
        List<Path> files = new ArrayList<>();
        folders.forEach(folder -> list(folder, "*.camel.yaml", files));
        folders.forEach(folder -> list(folder.resolve("kamelets"), "*.kamelet.yaml", files));
        list(Path.of("config"), "application*.properties", files);
        return files;
    }

    static List<String> lines(Path file) {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            return lines.toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    private static void list(Path folder, String glob, List<Path> files) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, glob)) {
            List<Path> sorted = new ArrayList<>();
            found.forEach(sorted::add);
            sorted.stream().sorted().forEach(files::add);
        } catch (IOException e) {
            // then there is nothing in it
        }
    }
}
