package io.payroutes.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;

/** A shop that hands its orders over to be paid, as a back office does. */
final class DemoShop {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String port;
    private final String key;

    DemoShop(String port, String key) {
        this.port = port;
        this.key = key;
    }

    /** @return what the API answers; the same order again is answered in the same way */
    JsonNode order(String json) throws IOException, InterruptedException {
        return post("orders", json);
    }

    /** Pays an order by card, as the page of Stripe's guide does. */
    String pay(JsonNode order, String paymentMethod) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/pay"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.createObjectNode()
                        .put("payment_method_id", paymentMethod)
                        .put("order", order.path("checkout_order").asText())
                        .toString()))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    /** Has what Stripe lists for a span held against the books. @return the run's id */
    String reconcile(Instant from, Instant to) throws IOException, InterruptedException {
        return post(
                        "reconciliation/runs",
                        JSON.createObjectNode()
                                .put("from", from.toString())
                                .put("to", to.toString())
                                .toString())
                .path("id")
                .asText();
    }

    /** A run of the reconciliation, as the API answers it. */
    JsonNode run(String id) throws IOException, InterruptedException {
        return answer(request("reconciliation/runs/" + id).build());
    }

    private JsonNode post(String path, String json) throws IOException, InterruptedException {
        return answer(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    private JsonNode answer(HttpRequest request) throws IOException, InterruptedException {
        return JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api/" + path))
                .header("Authorization", "Bearer " + key);
    }
}
