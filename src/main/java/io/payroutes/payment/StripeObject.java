package io.payroutes.payment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.payroutes.inbox.ContradictionException;
import io.payroutes.inbox.StripeEvent;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads an object of Stripe's from its JSON, of whatever API version. Fields that are missing or null read as null;
 * fields that are there and cannot be what they must be are contradictions.
 */
record StripeObject(JsonNode json) {
    private static final long LATEST_SECOND = 253_402_300_799L; // year 9999
    private static final int LONGEST_ID = 255;

    /**
     * The object of an event.
     *
     * @throws ContradictionException if {@code object} says that it is something else, or it is of another mode than the
     *     event
     */
    static StripeObject of(StripeEvent event, String kind) {
        if (event.object().isMissingNode()) {
            throw new ContradictionException("the event's payload cannot be read");
        }
        if (!kind.equals(event.object().path("object").textValue())) {
            throw new ContradictionException("the event's object is not a " + kind);
        }
        StripeObject object = new StripeObject(event.object());
        Boolean livemode = object.optionalFlag("livemode");
        if (event.livemode() != null && livemode != null && !event.livemode().equals(livemode)) {
            throw new ContradictionException("the event and its object disagree on livemode");
        }
        return object;
    }

    StripeObject at(String field) {
        return new StripeObject(json.path(field));
    }

    boolean has(String field) {
        return json.hasNonNull(field);
    }

    /** The first of these fields that is there. */
    JsonNode first(String... fields) {
        return Stream.of(fields)
                .map(json::path)
                .filter(node -> !node.isMissingNode() && !node.isNull())
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    /** Text without control characters and half characters, at most {@code longest} characters; null if there is none. */
    @Nullable
    String text(String field, int longest) {
        return clean(json.path(field).textValue(), longest);
    }

    /** The id of this object. */
    String id() {
        String id = idOf(json.path("id"));
        if (id == null) {
            throw new ContradictionException("the event's object has no usable id");
        }
        return id;
    }

    /** The id that a field refers to, whether as an id or as the expanded object. */
    @Nullable
    String reference(String field) {
        JsonNode node = json.path(field);
        return idOf(node.isObject() ? node.path("id") : node);
    }

    /**
     * An amount in minor units; null if there is none.
     *
     * @throws ContradictionException if it is not a whole number from 0 on
     */
    @Nullable
    Long amount(String field) {
        JsonNode node = json.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
            throw new ContradictionException(field + " is not an amount in minor units");
        }
        return node.longValue();
    }

    /** @throws ContradictionException if there is no such amount */
    long mustAmount(String field) {
        Long amount = amount(field);
        if (amount == null) {
            throw new ContradictionException(field + " is missing");
        }
        return amount;
    }

    /**
     * The object's currency, lower case.
     *
     * @throws ContradictionException if there is none, or it is not a three-letter code
     */
    String currency() {
        String currency = json.path("currency").textValue();
        if (currency == null || !currency.matches("[A-Za-z]{3}")) {
            throw new ContradictionException("currency is missing or is not a three-letter code");
        }
        return currency.toLowerCase(Locale.ROOT);
    }

    boolean flag(String field) {
        return json.path(field).asBoolean(false);
    }

    @Nullable
    Boolean optionalFlag(String field) {
        JsonNode node = json.path(field);
        return node.isBoolean() ? node.booleanValue() : null;
    }

    @Nullable
    Instant time(String field) {
        JsonNode node = json.path(field);
        return node.canConvertToLong() && node.longValue() > 0 && node.longValue() <= LATEST_SECOND
                ? Instant.ofEpochSecond(node.longValue())
                : null;
    }

    /** The objects of a list object ({@code {"data": […]}}); none if the field is anything else. */
    List<StripeObject> list(String field) {
        return StreamSupport.stream(json.path(field).path("data").spliterator(), false)
                .filter(JsonNode::isObject)
                .map(StripeObject::new)
                .toList();
    }

    static @Nullable String clean(@Nullable String text, int longest) {
        if (text == null) {
            return null;
        }
        StringBuilder clean = new StringBuilder(Math.min(text.length(), longest));
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            i += Character.charCount(character);
            if (Character.isISOControl(character) || isHalf(character)) {
                continue;
            }
            // A character beyond the first plane counts twice, as it does in one of the databases.
            if (clean.length() + Character.charCount(character) > longest) {
                break;
            }
            clean.appendCodePoint(character);
        }
        String stripped = clean.toString().strip();
        return stripped.isEmpty() ? null : stripped;
    }

    private static boolean isHalf(int character) {
        return character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
    }

    private static @Nullable String idOf(JsonNode node) {
        String id = node.textValue();
        boolean usable = id != null
                && !id.isEmpty()
                && id.length() <= LONGEST_ID
                && id.chars().allMatch(c -> c > ' ' && c < 0x7f);
        return usable ? id : null;
    }
}
