package io.payroutes.stripe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.ApiException;
import com.stripe.exception.RateLimitException;
import com.stripe.exception.StripeException;
import com.stripe.net.HttpClient;
import com.stripe.net.HttpHeaders;
import com.stripe.net.StripeRequest;
import com.stripe.net.StripeResponse;
import io.payroutes.retry.BackOff;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stripe's own client, but for the way its requests take: each waits for its turn, none is redirected, each has an end, and
 * what failed in passing is tried again. A request that changes something carries the same idempotency key each time, so
 * it does so once. Thread-safe.
 */
final class StripeTransport extends HttpClient {
    private static final Logger LOG = LoggerFactory.getLogger(StripeTransport.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A page of a hundred objects, each with what it refers to, has about one MB. */
    private static final int LONGEST_ANSWER = 32 << 20;

    private final java.net.http.HttpClient http;
    private final Throttle throttle;
    private final BackOff backOff;
    private final RandomGenerator random;
    private final Waits waits;

    /** @param http sends the requests; must not follow redirects, which would carry the key elsewhere */
    StripeTransport(
            java.net.http.HttpClient http, Throttle throttle, BackOff backOff, RandomGenerator random, Waits waits) {
        this.http = http;
        this.throttle = throttle;
        this.backOff = backOff;
        this.random = random;
        this.waits = waits;
    }

    @Override
    public StripeResponse requestWithRetries(StripeRequest request) throws StripeException {
        int attempts = 1;
        Attempt attempt = attempt(request);
        while (attempt.isWorthAnother() && attempts <= request.options().getMaxNetworkRetries()) {
            LOG.debug("{} failed in passing, attempt {}", endpoint(request), attempts);
            if (!pauseAfter(attempts)) {
                break;
            }
            try {
                attempt = attempt(request);
            } catch (RateLimitException e) {
                break; // what Stripe said says more: the request may have arrived
            }
            attempts++;
        }
        return attempt.outcome();
    }

    /** @return false if there is no time left */
    private boolean pauseAfter(int attempts) {
        try {
            return waits.pause(backOff.after(attempts, random));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Attempt attempt(StripeRequest request) throws StripeException {
        try {
            return new Attempt(request(request), null);
        } catch (ApiConnectionException e) {
            return new Attempt(null, e);
        }
    }

    @Override
    public StripeResponse request(StripeRequest request) throws StripeException {
        try {
            throttle.admit(endpoint(request));
            HttpResponse<byte[]> answer =
                    send(httpRequest(request), request.options().getReadTimeout());
            return response(answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiConnectionException(
                    "interrupted during " + endpoint(request), new InterruptedIOException(e.getMessage()));
        } catch (IOException e) {
            throw new ApiConnectionException(endpoint(request) + " failed: " + e, e);
        }
    }

    private HttpResponse<byte[]> send(HttpRequest request, int readTimeout) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer =
                http.sendAsync(request, head -> new BoundedBody(LONGEST_ANSWER));
        try {
            // The client's own time-out ends with the headers.
            return answer.get(readTimeout, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no answer within " + readTimeout + " ms");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException(e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private static HttpRequest httpRequest(StripeRequest request) {
        HttpRequest.Builder http =
                HttpRequest.newBuilder(URI.create(request.url().toString()));
        request.headers().map().forEach((name, values) -> values.forEach(value -> http.header(name, value)));
        http.header("User-Agent", buildUserAgentString(request));
        http.header("X-Stripe-Client-User-Agent", buildXStripeClientUserAgentString());
        if (request.content() == null) {
            return http.method(request.method().name(), BodyPublishers.noBody()).build();
        }
        return http.setHeader("Content-Type", request.content().contentType())
                .method(
                        request.method().name(),
                        BodyPublishers.ofByteArray(request.content().byteArrayContent()))
                .build();
    }

    private static StripeResponse response(HttpResponse<byte[]> answer) throws ApiException {
        int status = answer.statusCode();
        HttpHeaders headers = HttpHeaders.of(answer.headers().map());
        String body = new String(answer.body(), StandardCharsets.UTF_8);
        boolean success = status >= 200 && status < 300;
        if (success && !body.stripLeading().startsWith("{")) {
            throw new ApiException(
                    "Stripe answered " + status + " without an object",
                    headers.firstValue("Request-Id").orElse(null),
                    null,
                    status,
                    null);
        }
        return new StripeResponse(status, headers, success || isError(body) ? body : errorOf(status));
    }

    /** Whether the SDK can read it: where there is no error in a failure's body, it fails with a null pointer. */
    private static boolean isError(String body) {
        try {
            JsonNode error = JSON.readTree(body).path("error");
            return error.isObject() || error.isTextual();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static String errorOf(int status) {
        return """
                {"error": {"type": "api_error", "message": "Stripe, or what is before it, answered %d without saying why"}}
                """.formatted(status);
    }

    /** What Stripe counts as an endpoint: the method and the path, whatever the id. */
    private static String endpoint(StripeRequest request) {
        String[] path = request.url().getPath().split("/", -1);
        for (int i = path.length - 1; i > 1; i--) {
            if (path[i - 1].equals("v1") || path[i - 1].equals("v2")) {
                for (int id = i + 1; id < path.length; id += 2) {
                    path[id] = "*";
                }
                break;
            }
        }
        return request.method() + " " + String.join("/", path);
    }

    /** How one attempt went: an answer, whatever its status, or none. */
    private record Attempt(
            @Nullable StripeResponse response, @Nullable ApiConnectionException failure) {

        boolean isWorthAnother() {
            if (response == null) {
                return failure != null
                        && !(failure.getCause() instanceof InterruptedIOException)
                        && !(failure.getCause() instanceof SSLHandshakeException);
            }
            String advice = response.headers().firstValue("Stripe-Should-Retry").orElse("");
            int status = response.code();
            return advice.equals("true")
                    || (!advice.equals("false") && (status == 409 || status == 429 || status >= 500));
        }

        StripeResponse outcome() throws ApiConnectionException {
            if (response == null) {
                throw failure == null ? new ApiConnectionException("not sent") : failure;
            }
            return response;
        }
    }
}
