package io.payroutes.routes;

import java.nio.file.Path;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The steps of all routes and kamelets, those of error handling included and those of the demo not. */
final class RouteSteps {
    private RouteSteps() {}

    /** What each step is, by {@link #key}. */
    static NavigableMap<String, String> all() {
        NavigableMap<String, String> steps = new TreeMap<>();
        new RouteProject(Path.of(""))
                .files().stream()
                        .filter(file -> !file.path().startsWith(Path.of("routes", "demo")))
                        .forEach(file -> file.walk((pointer, key, node) -> {
                            if (pointer.matches(".*/steps/\\d+")) {
                                String name = node.fieldNames().next();
                                if (name.equals("doTry")) {
                                    return; // Camel tells of the steps inside, not of the frame around them
                                }
                                steps.put(key(file.path() + ":" + file.line(pointer)), file.stem() + ", " + name);
                            }
                        }));
        return steps;
    }

    /** Sorts as the lines of the files do. */
    static String key(String location) {
        int colon = location.lastIndexOf(':');
        return String.format(
                Locale.ROOT, "%s:%05d", location.substring(0, colon), Integer.parseInt(location.substring(colon + 1)));
    }
}
