package io.payroutes.routes;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The steps of all routes and kamelets, those of error handling included and those of the demo not. */
final class RouteSteps {
    private RouteSteps() {}

    /** A step; one that holds others counts as executed when those are. */
    record Step(String name, boolean holdsSteps) {}

    /** What each step is, by {@link #key}. */
    static NavigableMap<String, Step> all() {
        NavigableMap<String, Step> steps = new TreeMap<>();
        new RouteProject(Path.of(""))
                .files().stream()
                        .filter(file -> !file.path().startsWith(Path.of("routes", "demo")))
                        .forEach(file -> file.walk((pointer, key, node) -> {
                            if (pointer.matches(".*/steps/\\d+")) {
                                String name = node.fieldNames().next();
                                steps.put(
                                        key(file.path() + ":" + file.line(pointer)),
                                        new Step(file.stem() + ", " + name, holdsSteps(node)));
                            }
                        }));
        return steps;
    }

    /** Camel tells of neither a stop nor the frame around other steps. */
    private static boolean holdsSteps(JsonNode step) {
        return step.findValue("steps") != null || step.has("stop");
    }

    /** Sorts as the lines of the files do. */
    static String key(String location) {
        int colon = location.lastIndexOf(':');
        return String.format(
                Locale.ROOT, "%s:%05d", location.substring(0, colon), Integer.parseInt(location.substring(colon + 1)));
    }
}
