package io.payroutes.stripe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** What a message's body says to Stripe. */
final class RequestParameters {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    private static final TypeReference<@Nullable Map<String, @Nullable Object>> MAP = new TypeReference<>() {};

    private RequestParameters() {}

    /**
     * The parameters in a body that must have nothing else: a Map, or JSON as text or as anything that Camel makes text of.
     * None at all is no parameters.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static Map<String, @Nullable Object> of(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        if (body == null) {
            return new LinkedHashMap<>();
        }
        if (body instanceof Map<?, ?> map) {
            return copy(map);
        }
        String text = exchange.getMessage().getBody(String.class);
        if (text == null) {
            throw new IllegalArgumentException("Body must be a Map<String, Object> or a JSON String, but was: "
                    + body.getClass().getName());
        }
        return parse(text);
    }

    /**
     * The parameters of some names, where camel-stripe takes none at all, so that the body may be anything: what is
     * neither a Map nor the text of a JSON object has none.
     */
    static Map<String, @Nullable Object> of(Exchange exchange, Collection<String> names) {
        Object body = exchange.getMessage().getBody();
        Map<String, @Nullable Object> parameters;
        if (body instanceof Map<?, ?> map) {
            parameters = copy(map);
        } else if (body instanceof String text && text.stripLeading().startsWith("{")) {
            parameters = parse(text);
        } else {
            parameters = new LinkedHashMap<>();
        }
        parameters.keySet().removeIf(name -> !names.contains(name.replaceFirst("\\[.*", "")));
        return parameters;
    }

    private static Map<String, @Nullable Object> parse(String text) {
        if (text.isBlank()) {
            return new LinkedHashMap<>();
        }
        try {
            return copy(Objects.requireNonNullElse(JSON.readValue(text, MAP), Map.of()));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Failed to parse JSON body: " + e.getMessage(), e);
        }
    }

    private static Map<String, @Nullable Object> copy(Map<?, ?> map) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((name, value) -> copy.put(String.valueOf(name), plain(value)));
        return copy;
    }

    /** Numbers are written without an exponent: Stripe does not read 1E+3. */
    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return copy(map);
        }
        if (value instanceof Collection<?> all) {
            return all.stream().map(RequestParameters::plain).toList();
        }
        if (value instanceof BigDecimal || value instanceof Double || value instanceof Float) {
            return new BigDecimal(value.toString()).toPlainString();
        }
        return value;
    }
}
