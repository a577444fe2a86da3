package io.payroutes.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Each file is what Camel's schema of the YAML DSL allows: known steps, known options. */
final class SchemaCheck implements RouteCheck {
    private final JsonSchema schema;

    SchemaCheck() {
        try (InputStream text =
                Objects.requireNonNull(getClass().getClassLoader().getResourceAsStream("schema/camelYamlDsl.json"))) {
            schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4)
                    .getSchema(
                            text,
                            SchemaValidatorsConfig.builder()
                                    .pathType(PathType.JSON_POINTER)
                                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Problem> problems(RouteProject project) {
        List<Problem> problems = new ArrayList<>();
        for (RouteFile file : project.files()) {
            if (file.isKamelet()) {
                // Of what a kamelet's template holds, the schema knows each part by itself.
                JsonNode template = file.tree().at("/spec/template");
                for (Map.Entry<String, JsonNode> part : template.properties()) {
                    JsonNode alone = JsonNodeFactory.instance.objectNode().set(part.getKey(), part.getValue());
                    worst(file, JsonNodeFactory.instance.arrayNode().add(alone), "/spec/template", problems);
                }
            } else {
                worst(file, file.tree(), "", problems);
            }
        }
        return problems;
    }

    /** Of the many complaints about one mistake, the one deepest in the tree is about the mistake itself. */
    private void worst(RouteFile file, JsonNode document, String start, List<Problem> problems) {
        schema.validate(document).stream()
                .filter(complaint -> !isPlaceholder(document, complaint))
                .max(Comparator.comparingInt((ValidationMessage complaint) ->
                                complaint.getInstanceLocation().getNameCount())
                        .thenComparing(complaint -> complaint.getProperty() != null))
                .ifPresent(complaint -> {
                    String pointer = complaint.getInstanceLocation().toString();
                    String at = start.isEmpty() ? pointer : start + pointer.replaceFirst("^/0", "");
                    @Nullable String property = complaint.getProperty();
                    problems.add(file.problem(
                            property == null ? at : at + "/" + property,
                            complaint.getMessage().replaceFirst("^[^:]*: ", "")));
                });
    }

    /** A setting may stand where the schema wants a number. */
    private static boolean isPlaceholder(JsonNode document, ValidationMessage complaint) {
        return document.at(complaint.getInstanceLocation().toString()).asText().contains("{{");
    }
}
