package io.payroutes.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files that make a running Payroutes: routes, kamelets, settings and SQL. */
final class RouteProject {
    static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??([\\w.-]+)(?::([^}]*))?}}");

    /**
     * Settings that the program derives from others (Wiring, DeliveryWiring), with one value that each can have. Beside
     * them each duration may be had in milliseconds, as {@code <name>-ms}.
     */
    static final Map<String, String> DERIVED = Map.of(
            "database.dialect", "h2",
            "erp.enabled", "true",
            "mail.enabled", "true",
            "stripe.enabled", "true",
            "mail.scheme", "smtp",
            "mail.starttls", "true");

    private static final Path SETTINGS = Path.of("config", "application.properties");

    private final Path root;
    private final List<RouteFile> files;
    private final Map<String, String> settings = new LinkedHashMap<>();

    RouteProject(Path root) {
        this.root = root;
        this.files = find("routes", ".yaml").stream()
                .map(path -> RouteFile.read(root, path))
                .toList();
        for (String line : lines(SETTINGS)) {
            if (line.matches("[\\w.-]+=.*")) {
                int equals = line.indexOf('=');
                settings.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
    }

    List<RouteFile> files() {
        return files;
    }

    /** Files below a folder, as paths within the project. */
    List<Path> find(String folder, String ending) {
        try (Stream<Path> found = Files.walk(root.resolve(folder))) {
            return found.filter(path -> path.toString().endsWith(ending))
                    .map(root::relativize)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> lines(Path path) {
        try {
            return Files.readAllLines(root.resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean exists(String path) {
        return Files.exists(root.resolve(path));
    }

    /** What stands in config/application.properties. */
    Map<String, String> settings() {
        return settings;
    }

    boolean isDerived(String name) {
        return DERIVED.containsKey(name)
                || (name.endsWith("-ms") && settings.containsKey(name.substring(0, name.length() - 3)));
    }

    /** The parameters and beans of a kamelet, with a value that each can have; nothing for a route. */
    static Map<String, String> parameters(RouteFile file) {
        Map<String, String> parameters = new HashMap<>();
        file.tree().at("/spec/definition/properties").properties().forEach(parameter -> {
            String any = parameter.getValue().path("default").asText("x");
            parameters.put(
                    parameter.getKey(), parameter.getValue().path("example").asText(any));
        });
        file.tree()
                .at("/spec/template/beans")
                .forEach(bean -> parameters.put(bean.path("name").asText(), "x"));
        return parameters;
    }

    private String value(String name) {
        return settings.getOrDefault(name, name.endsWith("-ms") ? "1000" : DERIVED.getOrDefault(name, ""));
    }

    /** The text with a possible value for each placeholder. */
    String fillIn(String text, RouteFile file) {
        Map<String, String> parameters = parameters(file);
        String filled = text;
        for (int depth = 0; depth < 5 && filled.contains("{{"); depth++) {
            filled = PLACEHOLDER.matcher(filled).replaceAll(found -> {
                String name = found.group(1);
                String value = parameters.getOrDefault(name, value(name));
                return Matcher.quoteReplacement(value.isEmpty() ? "x" : value);
            });
        }
        return filled;
    }
}
