package io.payroutes.demo.stripe;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The requests to the API, in the order in which they were answered. Thread-safe. */
public final class Journal {
    private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();

    Journal() {}

    void add(RecordedRequest request) {
        requests.add(request);
    }

    public List<RecordedRequest> all() {
        return List.copyOf(requests);
    }

    /** Those with this method, to a path like {@code /v1/payment_intents/*}{@code /confirm}. */
    public List<RecordedRequest> of(String method, String path) {
        return requests.stream()
                .filter(request -> Fault.matches(method, path, request.method(), request.path()))
                .toList();
    }

    public void clear() {
        requests.clear();
    }
}
