package io.payroutes.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.payroutes.store.BadParameterException;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request, a JSON object, read field by field. Every complaint names its field. Immutable.
 *
 * @param json the object
 */
public record JsonRequest(JsonNode json) {
    /** Databases have their own ideas of the years after this. */
    private static final Instant END_OF_TIME = Instant.parse("9999-01-01T00:00:00Z");

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * The body of a request; one without a body is an empty object.
     *
     * @throws BadParameterException if it is anything but a JSON object, or has a field that is not among these
     */
    public static JsonRequest of(Exchange exchange, String... fields) {
        JsonRequest request = any(exchange);
        request.mustHaveOnly(Arrays.asList(fields));
        return request;
    }

    /**
     * The body of a request whose further fields are of no interest.
     *
     * @throws BadParameterException if it is anything but a JSON object
     */
    public static JsonRequest any(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        if (body instanceof Map<?, ?>) {
            throw new BadParameterException("The body", "must be JSON, not a form");
        }
        byte[] bytes = body == null ? null : exchange.getMessage().getBody(byte[].class);
        return bytes == null || bytes.length == 0
                ? new JsonRequest(JSON.createObjectNode())
                : new JsonRequest(object(bytes));
    }

    private static JsonNode object(byte[] bytes) {
        try {
            JsonNode json = JSON.readTree(bytes);
            if (json != null && json.isObject()) {
                return json;
            }
        } catch (JsonProcessingException | NumberFormatException e) {
            throw new BadParameterException("The body", "is not JSON that can be read");
        } catch (IOException e) {
            throw new IllegalStateException("bytes can always be read", e);
        }
        throw new BadParameterException("The body", "must be a JSON object");
    }

    private void mustHaveOnly(List<String> fields) {
        json.fieldNames().forEachRemaining(name -> {
            if (!fields.contains(name)) {
                throw new BadParameterException(
                        name.matches("[A-Za-z0-9_.-]{1,40}") ? name : "A field", "is not a field of this request");
            }
        });
    }

    /** @throws BadParameterException if it is no object, or has a field that is not among these */
    public JsonRequest part(JsonNode node, String name, String... fields) {
        if (!node.isObject()) {
            throw new BadParameterException(name, "must be an object");
        }
        JsonRequest part = new JsonRequest(node);
        part.mustHaveOnly(Arrays.asList(fields));
        return part;
    }

    /** The field's value; missing if it is not there or null. */
    public JsonNode value(String field) {
        JsonNode node = json.path(field);
        return node.isNull() ? MissingNode.getInstance() : node;
    }

    /**
     * A text without control characters.
     *
     * @return null if the field is not there
     * @throws BadParameterException if it is no text, empty, longer than {@code longest} characters or not printable
     */
    public @Nullable String text(String field, int longest) {
        JsonNode node = value(field);
        if (node.isMissingNode()) {
            return null;
        }
        String text = node.textValue();
        if (text == null || text.isBlank() || text.length() > longest) {
            throw new BadParameterException(field, "must be a text of 1 to " + longest + " characters");
        }
        if (text.codePoints().anyMatch(c -> Character.isISOControl(c) || (c >= 0xd800 && c <= 0xdfff))) {
            throw new BadParameterException(field, "must not hold control characters");
        }
        return text;
    }

    /** @throws BadParameterException if the field is not there, or no such text */
    public String mustText(String field, int longest) {
        return Optional.ofNullable(text(field, longest))
                .orElseThrow(() -> new BadParameterException(field, "is missing"));
    }

    /**
     * An id of Stripe's.
     *
     * @return null if the field is not there
     * @throws BadParameterException if it cannot be an id
     */
    public @Nullable String id(String field) {
        String id = text(field, 255);
        if (id != null && !id.matches("[A-Za-z0-9_]+")) {
            throw new BadParameterException(field, "must be an id of Stripe's");
        }
        return id;
    }

    /** @throws BadParameterException if the field is not there, or cannot be an id of Stripe's */
    public String mustId(String field) {
        return Optional.ofNullable(id(field)).orElseThrow(() -> new BadParameterException(field, "is missing"));
    }

    /**
     * An amount in minor units.
     *
     * @return null if the field is not there
     * @throws BadParameterException if it is no whole number from 1 on
     */
    public @Nullable Long amount(String field) {
        JsonNode node = value(field);
        if (node.isMissingNode()) {
            return null;
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 1) {
            throw new BadParameterException(field, "must be a whole number from 1 on, in the currency's minor unit");
        }
        return node.longValue();
    }

    /**
     * A time, to the microsecond.
     *
     * @throws BadParameterException if the field is not there, or no time in ISO 8601, such as 2026-05-01T00:00:00Z
     */
    public Instant mustTime(String field) {
        try {
            Instant time = Instant.parse(mustText(field, 64)).truncatedTo(ChronoUnit.MICROS);
            if (!time.isBefore(Instant.EPOCH) && time.isBefore(END_OF_TIME)) {
                return time;
            }
        } catch (DateTimeException e) {
            // told below
        }
        throw new BadParameterException(field, "must be a time such as 2026-05-01T00:00:00Z");
    }

    /** @throws BadParameterException if the field is there and neither true nor false */
    public boolean flag(String field) {
        JsonNode node = value(field);
        if (node.isMissingNode()) {
            return false;
        }
        if (!node.isBoolean()) {
            throw new BadParameterException(field, "must be true or false");
        }
        return node.booleanValue();
    }

    /** @throws BadParameterException if the field is there and none of these */
    public @Nullable String oneOf(String field, String... values) {
        String text = text(field, 64);
        if (text != null && !Arrays.asList(values).contains(text)) {
            throw new BadParameterException(field, "must be one of " + String.join(", ", values));
        }
        return text;
    }

    /** Without the content: bodies are about people, and this text may end up in a log. */
    @Override
    public String toString() {
        return "a JSON request";
    }
}
