package io.payroutes.demo;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One event as Stripe would send it. {@code json} is the exact text of the request's body. */
public record StripeEvent(String id, String type, long created, String json) {
    /** The bytes to send, and to sign. */
    public byte[] body() {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    /** What {@code data.object} holds, for instance as the answer of a stand-in Stripe that is asked for the object. */
    public String object() {
        return Json.write(Json.tree(json).at("/data/object"));
    }

    /** The same event under a given id. */
    public StripeEvent withId(String id) {
        return with("/id", id);
    }

    /** The same change as a second Event object, which Stripe sends now and then. */
    public StripeEvent twin() {
        return withId("evt_" + Json.token("twin of " + id));
    }

    /** This event with another value at a JSON pointer, for instance {@code with("/data/object/amount", "x")}. */
    public StripeEvent with(String pointer, @Nullable Object value) {
        ObjectNode event = Json.object(json);
        JsonPointer at = JsonPointer.compile(pointer);
        JsonNode parent = parent(event, at);
        JsonNode changed = Json.value(value);
        if (parent instanceof ArrayNode array) {
            array.set(at.last().getMatchingIndex(), changed);
        } else {
            ((ObjectNode) parent).set(at.last().getMatchingProperty(), changed);
        }
        return reread(event);
    }

    /** This event without what is at a JSON pointer. */
    public StripeEvent without(String pointer) {
        ObjectNode event = Json.object(json);
        JsonPointer at = JsonPointer.compile(pointer);
        JsonNode parent = parent(event, at);
        if (parent instanceof ArrayNode array) {
            array.remove(at.last().getMatchingIndex());
        } else {
            ((ObjectNode) parent).remove(at.last().getMatchingProperty());
        }
        return reread(event);
    }

    private static JsonNode parent(ObjectNode event, JsonPointer at) {
        JsonNode parent = event.at(at.head());
        if (!parent.isContainerNode()) {
            throw new IllegalArgumentException("The event has nothing that could hold " + at);
        }
        return parent;
    }

    private StripeEvent reread(ObjectNode event) {
        return new StripeEvent(
                event.path("id").asText(id),
                event.path("type").asText(type),
                event.path("created").asLong(created),
                Json.write(event));
    }
}
