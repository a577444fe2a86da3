package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Puts objects in the place of their ids, as {@code expand[]} asks for. */
final class Expansion {
    private final Store store;
    private final Refunds refunds;

    Expansion(Store store, Refunds refunds) {
        this.store = store;
        this.refunds = refunds;
    }

    /** Changes {@code answer}, which is a copy. */
    void expand(ObjectNode answer, List<String> paths) {
        for (String path : paths) {
            if (path.split("\\.", -1).length > 4) {
                throw Refusal.invalid("You cannot expand more than 4 levels of a property.", null, "expand");
            }
            expand(answer, List.of(path.split("\\.", -1)), path);
        }
    }

    private void expand(JsonNode node, List<String> keys, String path) {
        if (node instanceof ArrayNode array) {
            array.forEach(item -> expand(item, keys, path));
            return;
        }
        if (keys.isEmpty() || !(node instanceof ObjectNode object)) {
            return;
        }
        String key = keys.get(0);
        if (key.equals("refunds") && object.path("object").asText().equals(Charges.KIND)) {
            object.set(key, refunds.listOf(Json.word(object, "id")));
        }
        if (!object.has(key)) {
            throw Refusal.invalid("This property cannot be expanded (" + path + ").", null, "expand");
        }
        JsonNode value = object.get(key);
        ObjectNode found = value.isTextual() ? store.find(value.asText()) : null;
        if (found != null) {
            object.set(key, found.deepCopy());
        } else if (value.isTextual() && keys.size() == 1) {
            throw Refusal.invalid("This property cannot be expanded (" + path + ").", null, "expand");
        }
        expand(object.get(key), keys.subList(1, keys.size()), path);
    }
}
