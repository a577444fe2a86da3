package io.payroutes.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows as the API shows them: {@code object} and {@code id} first, as in Stripe's API, then the columns under their own
 * names, times in RFC 3339 and UTC.
 */
public final class Resource {
    private static final JsonFactory JSON = new JsonFactory();

    private Resource() {}

    /**
     * A row with an id.
     *
     * @param object the kind, {@code payment} for instance
     * @param id the column that is the id
     */
    public static Map<String, @Nullable Object> of(String object, String id, Row row) {
        Map<String, @Nullable Object> resource = new LinkedHashMap<>();
        resource.put("object", object);
        resource.put("id", row.mustText(id));
        row.names().filter(name -> !name.equals(id)).forEach(name -> resource.put(name, row.plain(name)));
        return resource;
    }

    /** A row that is part of something else and has no id of its own. */
    public static Map<String, @Nullable Object> part(Row row, String... hidden) {
        List<String> left = Arrays.asList(hidden);
        Map<String, @Nullable Object> part = new LinkedHashMap<>();
        row.names().filter(name -> !left.contains(name)).forEach(name -> part.put(name, row.plain(name)));
        return part;
    }

    /** Stored JSON as it is, character for character; what is no JSON becomes a text. */
    public static @Nullable Object json(@Nullable String stored) {
        if (stored == null) {
            return null;
        }
        try (JsonParser parser = JSON.createParser(stored)) {
            boolean empty = parser.nextToken() == null;
            parser.skipChildren();
            return empty || parser.nextToken() != null ? stored : new RawValue(stored);
        } catch (IOException e) {
            return stored;
        }
    }
}
