package io.payroutes.routes;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;

/**
 * Each endpoint is one that Camel has, with options that it has, written the explicit way that visual editors understand:
 * {@code uri} and, apart from it, {@code parameters}. Kamelets and SQL files that are named exist.
 */
final class EndpointCheck implements RouteCheck {
    private static final Set<String> SENDING = Set.of("from", "to", "toD", "wireTap", "enrich", "pollEnrich", "poll");

    private final CamelCatalog catalog = new DefaultCamelCatalog();

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
        if (!catalog.findComponentNames().contains(scheme)) {
            return isOurs(scheme) ? "" : "there is no component " + scheme;
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

    private static boolean isOurs(String scheme) {
        return EndpointCheck.class.getResource("/META-INF/services/org/apache/camel/component/" + scheme) != null;
    }
}
