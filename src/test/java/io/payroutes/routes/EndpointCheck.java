package io.payroutes.routes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.CamelCatalogJSonSchemaResolver;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;

/**
 * Each endpoint is one that Camel has, with options that it has, written the explicit way that visual editors understand:
 * {@code uri} and, apart from it, {@code parameters}. Kamelets and SQL files that are named exist.
 */
final class EndpointCheck implements RouteCheck {
    private static final Set<String> SENDING = Set.of("from", "to", "toD", "wireTap", "enrich", "pollEnrich", "poll");

    private final CamelCatalog catalog = catalogWithOurs();

    /** Camel's catalog, with the components that the program brings along in place of Camel's of the same name. */
    private static CamelCatalog catalogWithOurs() {
        Map<String, String> ours = new HashMap<>();
        Path generated = Path.of("src/generated/resources/META-INF");
        Path services = generated.resolve("services/org/apache/camel");
        for (String name :
                entry(services.resolve("component.properties"), "components").split(" ", -1)) {
            String type = entry(services.resolve("component/" + name), "class");
            String folder = type.substring(0, type.lastIndexOf('.')).replace('.', '/');
            ours.put(name, forEndpoints(text(generated.resolve(folder + "/" + name + ".json"))));
        }
        DefaultCamelCatalog catalog = new DefaultCamelCatalog();
        catalog.setJSonSchemaResolver(
                new CamelCatalogJSonSchemaResolver(catalog, Map.of(), Map.of(), Map.of(), Map.of()) {
                    @Override
                    public String getComponentJSonSchema(String name) {
                        return ours.containsKey(name) ? ours.get(name) : super.getComponentJSonSchema(name);
                    }
                });
        return catalog;
    }

    /** The catalog would let an endpoint have the component's options, too; Camel does not. */
    private static String forEndpoints(String schema) {
        try {
            ObjectNode all = (ObjectNode) new ObjectMapper().readTree(schema);
            all.putObject("componentProperties");
            return all.toString();
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String entry(Path file, String name) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty(name);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Problem> problems(RouteProject project) {
        List<Problem> problems = new ArrayList<>();
        for (RouteFile file : project.files()) {
            file.walk((pointer, key, node) -> {
                if (SENDING.contains(key) && node.isTextual()) {
                    problems.add(file.problem(pointer, "write " + key + " with uri: and, apart from it, parameters:"));
                } else if (node.path("uri").isTextual()) {
                    String reason = complaint(project, file, node, key.equals("from"));
                    if (!reason.isEmpty()) {
                        problems.add(file.problem(pointer + "/uri", reason));
                    }
                }
            });
        }
        return problems;
    }

    private String complaint(RouteProject project, RouteFile file, JsonNode node, boolean consumer) {
        String uri = node.path("uri").asText();
        if (PlainText.withoutPlaceholders(uri).contains("?")) {
            return "options belong under parameters:, not behind a ? in the uri";
        }
        if (uri.startsWith("kamelet:")) {
            return kameletComplaint(project, uri.substring("kamelet:".length()), node.path("parameters"));
        }
        if (uri.startsWith("sql:file:")) {
            for (String dialect : List.of("h2", "postgresql")) {
                String path = uri.substring("sql:file:".length()).replace("{{database.dialect}}", dialect);
                if (!project.exists(path)) {
                    return "there is no file " + path;
                }
            }
        }
        if (uri.startsWith("timer:")) {
            return "a timer waits for a time of the wall clock: set back, it stops for that long; use scheduler:";
        }
        try {
            return validate(project.fillIn(uri, file), node.path("parameters"), consumer);
        } catch (URISyntaxException e) {
            return "not a URI: " + e.getMessage();
        }
    }

    private static String kameletComplaint(RouteProject project, String name, JsonNode parameters) {
        if (name.equals("source") || name.equals("sink")) {
            return "";
        }
        Pattern pattern =
                Pattern.compile("\\Q" + RouteProject.PLACEHOLDER.matcher(name).replaceAll("\\\\E\\\\w+\\\\Q") + "\\E");
        List<RouteFile> kamelets = project.files().stream()
                .filter(file -> file.isKamelet() && pattern.matcher(file.stem()).matches())
                .toList();
        if (kamelets.isEmpty()) {
            return "there is no kamelet " + name;
        }
        for (RouteFile kamelet : kamelets) {
            for (Map.Entry<String, JsonNode> parameter : parameters.properties()) {
                if (!RouteProject.parameters(kamelet).containsKey(parameter.getKey())) {
                    return "the kamelet " + kamelet.stem() + " has no parameter " + parameter.getKey();
                }
            }
        }
        return "";
    }

    private String validate(String uri, JsonNode parameters, boolean consumer) throws URISyntaxException {
        Map<String, String> options = new LinkedHashMap<>();
        String scheme = uri.replaceFirst(":.*", "");
        for (Map.Entry<String, JsonNode> option : parameters.properties()) {
            String name = option.getKey();
            // additionalJavaMailProperties.mail.smtp.x is an entry of an option that the catalog knows.
            boolean isEntry = name.contains(".") && hasOption(scheme, name.substring(0, name.indexOf('.')));
            if (!isEntry) {
                options.put(name, option.getValue().asText());
            }
        }
        if (catalog.componentJSonSchema(scheme) == null) {
            return "there is no component " + scheme;
        }
        String whole;
        if (uri.contains(":")) {
            StringBuilder text = new StringBuilder(uri);
            options.forEach((name, value) -> text.append(text.indexOf("?") < 0 ? '?' : '&')
                    .append(name)
                    .append('=')
                    .append(value.contains("&") ? "RAW(" + value + ")" : value));
            whole = text.toString();
        } else {
            whole = catalog.asEndpointUri(scheme, options, false);
        }
        EndpointValidationResult result = catalog.validateEndpointProperties(whole, false, consumer, !consumer);
        return result.isSuccess()
                ? ""
                : result.summaryErrorMessage(false, true, false)
                        .lines()
                        .skip(2)
                        .map(String::strip)
                        .reduce("", (one, other) -> one.isEmpty() ? other : one + "; " + other);
    }

    private boolean hasOption(String scheme, String name) {
        String schema = catalog.componentJSonSchema(scheme);
        return schema != null && schema.contains("\"" + name + "\":");
    }
}
