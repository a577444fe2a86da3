package io.payroutes.demo.stripe;

import java.util.LinkedHashMap;
import java.util.Map;

/** An answer of the API; its headers may be added to. */
record Answer(int status, String body, Map<String, String> headers) {
    static Answer of(int status, String body) {
        return new Answer(status, body, new LinkedHashMap<>());
    }

    static Answer of(Refusal refusal, String requestId) {
        return of(refusal.status(), Json.write(refusal.body(requestId)));
    }

    Answer with(String header, String value) {
        headers.put(header, value);
        return this;
    }
}
