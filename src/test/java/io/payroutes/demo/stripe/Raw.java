package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Requests to a stand-in without any help. */
final class Raw {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final StripeStandIn standIn;

    Raw(StripeStandIn standIn) {
        this.standIn = standIn;
    }

    /** An answer, with its body as JSON. */
    record Reply(int status, ObjectNode json, HttpResponse<String> response) {
        String error(String field) {
            return json.path("error").path(field).asText();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    Reply get(String path, String... headers) {
        return send(request(path, headers).GET().build());
    }

    Reply delete(String path, String... headers) {
        return send(request(path, headers).DELETE().build());
    }

    Reply post(String path, String form, String... headers) {
        return send(post(path, headers)
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build());
    }

    private HttpRequest.Builder post(String path, String... headers) {
        return request(path, headers).header("Content-Type", "application/x-www-form-urlencoded");
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(standIn.url() + path)).timeout(Duration.ofSeconds(10));
        boolean authorized = false;
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
            authorized |= headers[i].equals("Authorization");
        }
        return authorized ? request : request.header("Authorization", "Bearer " + standIn.secretKey());
    }

    private Reply send(HttpRequest request) {
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            boolean json = response.body().startsWith("{");
            return new Reply(response.statusCode(), json ? Json.object(response.body()) : Json.object(), response);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
