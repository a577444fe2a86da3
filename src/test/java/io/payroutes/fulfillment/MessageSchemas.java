package io.payroutes.fulfillment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import io.payroutes.store.Row;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Holds messages to the ERP against the published schemas, and to what these tell: a field that they do not is an error. */
final class MessageSchemas {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final Map<String, JsonSchema> SCHEMAS = new ConcurrentHashMap<>();

    private MessageSchemas() {}

    static JsonNode valid(Row delivery) {
        String payload = delivery.mustText("payload");
        JsonSchema schema = SCHEMAS.computeIfAbsent(delivery.mustText("kind"), MessageSchemas::read);
        assertThat(schema.validate(
                        payload,
                        InputFormat.JSON,
                        run -> run.getExecutionConfig().setFormatAssertionsEnabled(true)))
                .as(payload)
                .isEmpty();
        JsonNode message = json(payload);
        assertThat(message.path("id").asText()).isEqualTo(delivery.mustText("delivery_id"));
        assertThat(message.path("subject").asText()).isEqualTo(delivery.text("payment_id"));
        return message;
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonSchema read(String kind) {
        try (InputStream file = MessageSchemas.class.getResourceAsStream("/schemas/" + kind + ".v1.schema.json")) {
            ObjectNode schema = (ObjectNode) JSON.readTree(file);
            JsonSchema ofSchemas = FACTORY.getSchema(
                    com.networknt.schema.SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"),
                    SchemaValidatorsConfig.builder().build());
            assertThat(ofSchemas.validate(schema)).as(kind).isEmpty();
            close(schema);
            return FACTORY.getSchema(schema);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(JsonNode node) {
        if (node.has("properties")) {
            ((ObjectNode) node).put("additionalProperties", false);
        }
        node.forEach(MessageSchemas::close);
    }
}
