package io.payroutes.inbox;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A page of Stripe's list of events, each as the very text that Stripe sent.
 *
 * @param texts one JSON object for each event, the newest first
 * @param more whether Stripe has older ones
 */
record ListedEvents(List<String> texts, boolean more) {
    private static final JsonFactory JSON = new JsonFactory();

    /** @throws IOException if it is no list */
    static ListedEvents of(String answer) throws IOException {
        List<String> texts = new ArrayList<>();
        boolean data = false;
        boolean more = false;
        try (JsonParser json = JSON.createParser(answer)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("Stripe has answered with no list");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                if (field.equals("data") && json.currentToken() == JsonToken.START_ARRAY) {
                    data = true;
                    while (json.nextToken() == JsonToken.START_OBJECT) {
                        int begin = (int) json.currentTokenLocation().getCharOffset();
                        json.skipChildren();
                        texts.add(answer.substring(
                                begin, (int) json.currentLocation().getCharOffset()));
                    }
                } else if (field.equals("has_more")) {
                    more = json.currentToken() == JsonToken.VALUE_TRUE;
                } else {
                    json.skipChildren();
                }
            }
        }
        if (!data) {
            throw new IOException("Stripe has answered with no list");
        }
        return new ListedEvents(texts, more);
    }
}
