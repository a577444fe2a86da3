package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request, nested as {@code a[b][0]=c} writes them. A parameter is named the same way. An empty value
 * unsets.
 */
final class Params {
    private final ObjectNode tree;

    private Params(ObjectNode tree) {
        this.tree = tree;
    }

    static Params parse(String query, String body) {
        Map<String, Object> root = new LinkedHashMap<>();
        for (String pair : (query + "&" + body).split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                put(root, keys(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return new Params((ObjectNode) node(root, false));
    }

    static Params of(ObjectNode tree) {
        return new Params(tree);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("Invalid request (malformed encoding).", null, null);
        }
    }

    private static List<String> keys(String name) {
        List<String> keys = new ArrayList<>();
        for (String part : name.split("\\[", -1)) {
            keys.add(part.endsWith("]") ? part.substring(0, part.length() - 1) : part);
        }
        return keys;
    }

    @SuppressWarnings("unchecked")
    private static void put(Map<String, Object> into, List<String> keys, String value) {
        String key = keys.get(0);
        // `a[]=` counts up; `a[0]=` says it itself.
        String slot = key.isEmpty() ? String.valueOf(into.size()) : key;
        if (keys.size() == 1) {
            into.put(slot, value);
            return;
        }
        Object there = into.get(slot);
        if (!(there instanceof Map)) {
            there = new LinkedHashMap<String, Object>();
            into.put(slot, there);
        }
        put((Map<String, Object>) there, keys.subList(1, keys.size()), value);
    }

    private static JsonNode node(Object value, boolean mayBeList) {
        if (!(value instanceof Map<?, ?> map)) {
            return TextNode.valueOf((String) value);
        }
        boolean list = mayBeList
                && !map.isEmpty()
                && map.keySet().stream().allMatch(key -> ((String) key).matches("\\d{1,4}"));
        if (list) {
            ArrayNode array = Json.array();
            map.values().forEach(item -> array.add(node(item, true)));
            return array;
        }
        ObjectNode object = Json.object();
        // The keys of metadata are the caller's own, and may be numbers.
        map.forEach((key, item) -> object.set((String) key, node(item, !key.equals("metadata"))));
        return object;
    }

    private JsonNode at(String name) {
        JsonNode node = tree;
        for (String key : keys(name)) {
            node = node.path(key);
        }
        return node;
    }

    ObjectNode tree() {
        return tree;
    }

    /** The same parameters without those of {@code names}. */
    Params without(Set<String> names) {
        ObjectNode rest = tree.deepCopy();
        rest.remove(names);
        return new Params(rest);
    }

    void refuseUnknown(Set<String> known) {
        Iterator<String> names = tree.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            if (!known.contains(name)) {
                throw Refusal.invalid("Received unknown parameter: " + name, "parameter_unknown", name);
            }
        }
    }

    boolean has(String name) {
        return !at(name).isMissingNode();
    }

    /** The value, or null where it is not given or is empty. */
    @Nullable
    String text(String name) {
        JsonNode value = at(name);
        if (value.isContainerNode()) {
            throw Refusal.invalid("Invalid string: " + value, null, name);
        }
        String text = value.asText("");
        return text.isEmpty() ? null : text;
    }

    String required(String name) {
        String text = text(name);
        if (text == null) {
            throw Refusal.missing(name);
        }
        return text;
    }

    @Nullable
    Long integer(String name) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            throw Refusal.invalid("Invalid integer: " + text, "parameter_invalid_integer", name);
        }
    }

    boolean isTrue(String name) {
        String text = text(name);
        if (text != null && !text.equals("true") && !text.equals("false")) {
            throw Refusal.invalid("Invalid boolean: " + text, null, name);
        }
        return "true".equals(text);
    }

    /** One of {@code values}, or null where it is not given. */
    @Nullable
    String choice(String name, String... values) {
        String text = text(name);
        if (text != null && !List.of(values).contains(text)) {
            throw Refusal.invalid("Invalid " + name + ": must be one of " + String.join(", ", values), null, name);
        }
        return text;
    }

    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        JsonNode value = at(name);
        if (value.isTextual() && !value.asText().isEmpty()) {
            throw Refusal.invalid("Invalid array", null, name);
        }
        value.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    @Nullable
    ObjectNode object(String name) {
        return at(name) instanceof ObjectNode object ? object : null;
    }

    /** Copies the texts of {@code names} that were given into {@code target}. */
    void copyTexts(ObjectNode target, String... names) {
        for (String name : names) {
            if (has(name)) {
                target.put(name, text(name));
            }
        }
    }

    /** Adds the metadata that was given to that of {@code target}; an empty value removes its key. */
    void copyMetadata(ObjectNode target) {
        ObjectNode metadata = target.withObject("/metadata");
        ObjectNode given = object("metadata");
        if (given == null) {
            if (has("metadata")) {
                metadata.removeAll();
            }
            return;
        }
        if (given.size() > 50) {
            throw Refusal.invalid("Metadata can have no more than 50 keys.", null, "metadata");
        }
        given.properties().forEach(entry -> {
            String value = entry.getValue().asText();
            if (value.length() > 500) {
                throw Refusal.invalid(
                        "Metadata values can have up to 500 characters, but you passed in a value that is "
                                + value.length() + " characters.",
                        null,
                        "metadata[" + entry.getKey() + "]");
            }
            if (value.isEmpty()) {
                metadata.remove(entry.getKey());
            } else {
                metadata.put(entry.getKey(), value);
            }
        });
    }

    /** Sets {@code name} of {@code target} to the texts below it that {@code shape} has, or to null when emptied. */
    void copyShape(ObjectNode target, String name, String shape) {
        if (!has(name)) {
            return;
        }
        ObjectNode given = object(name);
        if (given == null) {
            target.putNull(name);
        } else {
            ObjectNode filled = Json.object(shape);
            fill(filled, given);
            target.set(name, filled);
        }
    }

    private static void fill(ObjectNode shape, ObjectNode given) {
        given.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            if (value instanceof ObjectNode nested) {
                ObjectNode inner = shape.get(entry.getKey()) instanceof ObjectNode there ? there : Json.object();
                fill(inner, nested);
                shape.set(entry.getKey(), inner);
            } else if (value.asText().isEmpty()) {
                shape.putNull(entry.getKey());
            } else {
                shape.set(entry.getKey(), value);
            }
        });
    }
}
