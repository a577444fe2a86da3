package io.payroutes.demo.stripe;

import java.nio.charset.StandardCharsets;

/** An event on its way to the webhook endpoint. */
record Delivery(String eventId, String type, String json, int tries) {
    byte[] body() {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    Delivery again() {
        return new Delivery(eventId, type, json, tries + 1);
    }
}
