package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every object of the account by its id, in the order in which they were made. Guarded by the account's monitor. */
final class Store {
    private final Map<String, ObjectNode> objects = new LinkedHashMap<>();

    void put(ObjectNode object) {
        objects.put(object.get("id").asText(), object);
    }

    void remove(String id) {
        objects.remove(id);
    }

    @Nullable
    ObjectNode find(@Nullable String id) {
        return id == null ? null : objects.get(id);
    }

    /** The object {@code id}, which is known to be there. */
    ObjectNode get(String id) {
        ObjectNode object = objects.get(id);
        if (object == null) {
            throw new IllegalStateException("There is no " + id);
        }
        return object;
    }

    /** @throws Refusal where there is no such object of this kind; {@code param} is {@code id} when the path names it */
    ObjectNode require(String kind, String id, String param) {
        ObjectNode object = objects.get(id);
        if (object == null || !object.path("object").asText().equals(kind)) {
            throw Refusal.unknownObject(kind, id, param);
        }
        return object;
    }

    Stream<ObjectNode> all(String kind) {
        return objects.values().stream()
                .filter(object -> object.path("object").asText().equals(kind));
    }

    /** A page of the objects of {@code kind}, newest first, as the parameters of a list request say. */
    ObjectNode page(String kind, String url, Params params, Predicate<ObjectNode> wanted) {
        List<ObjectNode> found = new ArrayList<>(all(kind)
                .filter(wanted)
                .filter(object -> isCreatedWithin(object.path("created").asLong(), params))
                .toList());
        java.util.Collections.reverse(found);
        return page(found, url, params);
    }

    static ObjectNode page(List<ObjectNode> found, String url, Params params) {
        Long limit = params.integer("limit");
        int size = limit == null ? 10 : Math.toIntExact(limit);
        if (size < 1 || size > 100) {
            String bound = size < 1 ? "greater than or equal to 1." : "less than or equal to 100.";
            throw Refusal.invalid("This value must be " + bound, "parameter_invalid_integer", "limit");
        }
        String after = params.text("starting_after");
        String before = params.text("ending_before");
        if (after != null && before != null) {
            throw Refusal.invalid(
                    "Received both starting_after and ending_before parameters. Please pass in only one.", null, null);
        }
        int from = after == null ? 0 : position(found, after, "starting_after") + 1;
        int to = Math.min(found.size(), from + size);
        boolean more = to < found.size();
        if (before != null) {
            to = position(found, before, "ending_before");
            from = Math.max(0, to - size);
            more = from > 0;
        }
        ObjectNode page = Json.object().put("object", "list");
        ArrayNode data = page.putArray("data");
        found.subList(from, to).forEach(object -> data.add(object.deepCopy()));
        return page.put("has_more", more).put("url", url);
    }

    private static int position(List<ObjectNode> found, String id, String param) {
        for (int i = 0; i < found.size(); i++) {
            if (found.get(i).path("id").asText().equals(id)) {
                return i;
            }
        }
        throw Refusal.unknownObject("object", id, param);
    }

    private static boolean isCreatedWithin(long created, Params params) {
        if (params.object("created") == null) {
            Long exactly = params.integer("created");
            return exactly == null || created == exactly;
        }
        Long gt = params.integer("created[gt]");
        Long gte = params.integer("created[gte]");
        Long lt = params.integer("created[lt]");
        Long lte = params.integer("created[lte]");
        return (gt == null || created > gt)
                && (gte == null || created >= gte)
                && (lt == null || created < lt)
                && (lte == null || created <= lte);
    }
}
