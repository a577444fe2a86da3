package io.payroutes.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.payroutes.webhook.WebhookRejectedException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the intake must know of an event to keep it: who it is and where it belongs. The payload stays as it came.
 *
 * @param id Stripe's event id, unique
 * @param type Stripe's event type, known to us or not
 * @param apiVersion the version that the payload is rendered with; null in some very old or hand-made events
 * @param account the connected account, null for our own
 * @param objectId id of {@code data.object}, null if it has none
 * @param livemode null if the event does not say
 * @param created Stripe's time of the change, whole seconds; null if the event does not say
 * @param payload the body, byte for byte, as text
 */
public record EventEnvelope(
        String id,
        String type,
        @Nullable String apiVersion,
        @Nullable String account,
        @Nullable String objectId,
        @Nullable Boolean livemode,
        @Nullable Instant created,
        String payload) {

    /** Stripe: object ids have at most 255 characters. */
    private static final int LONGEST_NAME = 255;

    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final char REPLACEMENT = '\uFFFD';

    /** What an outsider calls a field is not to be kept for ever. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    /**
     * Reads the envelope of a body whose signature was right. Unknown types, versions and fields are welcome; only what
     * is no event at all is refused.
     *
     * @throws WebhookRejectedException if the body is not a JSON object that is a (snapshot) event
     */
    public static EventEnvelope parse(byte @Nullable [] body) throws WebhookRejectedException {
        if (body == null || body.length == 0) {
            throw new WebhookRejectedException(Reason.BODY_EMPTY);
        }
        String payload = utf8(body);
        // Of bytes with a zero or a byte order mark the parser would make out another encoding; neither is in any JSON.
        if (payload.indexOf('\0') >= 0 || payload.charAt(0) == BYTE_ORDER_MARK) {
            throw new WebhookRejectedException(Reason.BODY_NOT_JSON);
        }
        Fields fields = new Fields();
        // The bytes and not the text, which would have to be widened to characters first.
        try (JsonParser json = JSON.createParser(body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                boolean wellFormed = json.currentToken() != null;
                skipRest(json);
                throw new WebhookRejectedException(wellFormed ? Reason.NOT_AN_OBJECT : Reason.BODY_NOT_JSON);
            }
            fields.read(json);
            if (json.nextToken() != null) {
                throw new WebhookRejectedException(Reason.BODY_NOT_JSON); // something behind the object
            }
        } catch (IOException e) {
            throw new WebhookRejectedException(Reason.BODY_NOT_JSON);
        }
        return fields.envelope(payload);
    }

    private static void skipRest(JsonParser json) throws IOException {
        while (json.nextToken() != null) {
            // only to find out whether it is JSON
        }
    }

    private static String utf8(byte[] body) throws WebhookRejectedException {
        String text = new String(body, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) < 0) {
            return text;
        }
        // It stands for what is no UTF-8, or was in the text; only the slow way tells which.
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new WebhookRejectedException(Reason.BODY_NOT_UTF8);
        }
    }

    /** The fields of interest, gathered in one pass. A field that comes twice counts as in every JSON tree: the last wins. */
    private static final class Fields {
        private @Nullable String object;
        private @Nullable String id;
        private @Nullable String type;
        private @Nullable String apiVersion;
        private @Nullable String account;
        private @Nullable Boolean livemode;
        private @Nullable Instant created;
        private @Nullable String objectId;
        private boolean hasDataObject;

        void read(JsonParser json) throws IOException {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                switch (name) {
                    case "object" -> object = text(json, value);
                    case "id" -> id = text(json, value);
                    case "type" -> type = text(json, value);
                    case "api_version" -> apiVersion = text(json, value);
                    case "account" -> account = text(json, value);
                    case "livemode" -> livemode = value.isBoolean() ? json.getBooleanValue() : null;
                    case "created" -> created = seconds(json, value);
                    case "data" -> {
                        hasDataObject = false;
                        objectId = null;
                        if (value == JsonToken.START_OBJECT) {
                            readData(json);
                        }
                    }
                    default -> {}
                }
                json.skipChildren();
            }
        }

        private void readData(JsonParser json) throws IOException {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean isObject = json.currentName().equals("object");
                JsonToken value = json.nextToken();
                if (isObject) {
                    hasDataObject = value == JsonToken.START_OBJECT;
                    objectId = null;
                    if (hasDataObject) {
                        readDataObject(json);
                    }
                }
                json.skipChildren();
            }
        }

        private void readDataObject(JsonParser json) throws IOException {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean isId = json.currentName().equals("id");
                JsonToken value = json.nextToken();
                if (isId) {
                    objectId = text(json, value);
                }
                json.skipChildren();
            }
        }

        EventEnvelope envelope(String payload) throws WebhookRejectedException {
            if (object != null && object.startsWith("v2.")) {
                throw new WebhookRejectedException(Reason.THIN_EVENT);
            }
            if (!"event".equals(object)) {
                throw new WebhookRejectedException(Reason.NOT_AN_EVENT);
            }
            if (!isName(id)) {
                throw new WebhookRejectedException(Reason.NO_ID);
            }
            if (!isName(type)) {
                throw new WebhookRejectedException(Reason.NO_TYPE);
            }
            if (!hasDataObject) {
                throw new WebhookRejectedException(Reason.NO_DATA_OBJECT);
            }
            return new EventEnvelope(
                    id,
                    type,
                    isName(apiVersion) ? apiVersion : null,
                    isName(account) ? account : null,
                    isName(objectId) ? objectId : null,
                    livemode,
                    created,
                    payload);
        }

        private static @Nullable String text(JsonParser json, JsonToken value) throws IOException {
            return value == JsonToken.VALUE_STRING ? json.getText() : null;
        }

        private static @Nullable Instant seconds(JsonParser json, JsonToken value) throws IOException {
            if (value != JsonToken.VALUE_NUMBER_INT) {
                return null;
            }
            try {
                long seconds = json.getLongValue();
                // What no database can hold as a time says nothing.
                return seconds < 0 || seconds > 253_402_300_799L ? null : Instant.ofEpochSecond(seconds);
            } catch (IOException | DateTimeException e) {
                return null;
            }
        }

        /** Visible ASCII only: every id and type of Stripe's is, and nothing else can trouble a log or a database. */
        private static boolean isName(@Nullable String text) {
            if (text == null || text.isEmpty() || text.length() > LONGEST_NAME) {
                return false;
            }
            for (int i = 0; i < text.length(); i++) { // a stream was 7 % of reading the event
                char c = text.charAt(i);
                if (c <= ' ' || c >= 0x7f) {
                    return false;
                }
            }
            return true;
        }
    }
}
