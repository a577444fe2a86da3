package io.payroutes.demo.stripe;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that the stand-in got.
 *
 * @param path without the query
 * @param params the query and the body as they came, form-encoded
 * @param headers by their names in small letters
 * @param status of the answer; 0 where none was given
 */
public record RecordedRequest(
        Instant at, String method, String path, String params, Map<String, String> headers, int status) {

    /** The value of the header, whatever the case of its name, or null. */
    public @Nullable String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    /** The value of {@code name}, written as in {@code metadata[order]}, or null. */
    public @Nullable String param(String name) {
        return Params.parse(params, "").text(name);
    }
}
