package io.payroutes.demo.stripe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Reading, writing and comparing JSON. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    static ObjectNode object(String json) {
        try {
            return (ObjectNode) MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String write(JsonNode json) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean isSet(ObjectNode object, String field) {
        return object.hasNonNull(field);
    }

    /** The text of {@code field}, or null where it is not set. */
    static @Nullable String text(JsonNode object, String field) {
        return object.hasNonNull(field) ? object.get(field).asText() : null;
    }

    /** The text of a field that is always set. */
    static String word(JsonNode object, String field) {
        return object.path(field).asText();
    }

    /** What an {@code .updated} event calls {@code previous_attributes}: the old values of what is different now. */
    static ObjectNode previous(ObjectNode before, ObjectNode after) {
        ObjectNode previous = object();
        Iterator<String> names = after.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            JsonNode old = before.get(name);
            JsonNode now = after.get(name);
            if (old == null) {
                previous.putNull(name);
            } else if (!old.equals(now)) {
                boolean nested = old.isObject() && now.isObject();
                previous.set(name, nested ? previous((ObjectNode) old, (ObjectNode) now) : old.deepCopy());
            }
        }
        return previous;
    }
}
