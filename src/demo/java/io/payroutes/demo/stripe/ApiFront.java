package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API over HTTP: faults, keys, idempotency and locks come before what the routes do. */
final class ApiFront implements Front.Handler {
    private static final Logger LOG = LoggerFactory.getLogger(ApiFront.class);

    /** Parameters that belong to the request and not to what it asks for. */
    private static final Set<String> OF_THE_REQUEST = Set.of("expand", "key", "client_secret", "_stripe_version");

    private static final long A_MINUTE = 60_000;

    private final StandInSettings settings;
    private final Account account;
    private final Api api;
    private final List<Route> routes;
    private final Faults faults;
    private final Journal journal;
    private final Idempotency keys;
    private final ObjectLocks locks;
    private final CountDownLatch closed;

    ApiFront(
            StandInSettings settings, Account account, Api api, Faults faults, Journal journal, CountDownLatch closed) {
        this.settings = settings;
        this.account = account;
        this.api = api;
        this.routes = api.routes();
        this.faults = faults;
        this.journal = journal;
        this.keys = new Idempotency(settings.clock);
        this.locks = new ObjectLocks(settings.lockWait);
        this.closed = closed;
    }

    @Override
    public @Nullable Answer answer(Front.Request request) throws InterruptedException {
        String requestId = requestId();
        Fault fault = faults.take(request.method(), request.path());
        if (fault != null && fault.kind() == Fault.Kind.HANG) {
            // Before it hangs, so that a test can wait for it.
            record(request, null);
            closed.await(fault.millis(A_MINUTE), TimeUnit.MILLISECONDS);
            return null;
        }
        Answer answer = fault == null ? process(request, requestId, 0) : failing(request, requestId, fault);
        record(request, answer);
        if (answer != null) {
            answer.with("Request-Id", requestId);
            echo(request, answer, "Idempotency-Key");
            echo(request, answer, "Stripe-Version");
        }
        return answer;
    }

    private void record(Front.Request request, @Nullable Answer answer) {
        journal.add(new RecordedRequest(
                settings.clock.instant(),
                request.method(),
                request.path(),
                String.join("&", notEmpty(request.query(), request.body())),
                request.headers(),
                answer == null ? 0 : answer.status()));
    }

    private String requestId() {
        synchronized (account) {
            return "req_" + account.token(14);
        }
    }

    private static List<String> notEmpty(String one, String other) {
        List<String> both = new ArrayList<>(List.of(one, other));
        both.removeIf(String::isEmpty);
        return both;
    }

    private static void echo(Front.Request request, Answer answer, String header) {
        String value = request.header(header.toLowerCase(java.util.Locale.ROOT));
        if (!value.isEmpty()) {
            answer.with(header, value);
        }
    }

    private @Nullable Answer failing(Front.Request request, String requestId, Fault fault) throws InterruptedException {
        return switch (fault.kind()) {
            case RATE_LIMIT ->
                Answer.of(
                                Refusal.of(
                                        429,
                                        "invalid_request_error",
                                        "rate_limit",
                                        "Request rate limit exceeded. Learn more about rate limits:"
                                                + " https://docs.stripe.com/rate-limits."),
                                requestId)
                        .with("Stripe-Rate-Limited-Reason", fault.detail().isEmpty() ? "global-rate" : fault.detail());
            case LOCK_TIMEOUT -> Answer.of(ObjectLocks.timeout(), requestId);
            case SERVER_ERROR -> Answer.of(broken(500), requestId);
            case UNAVAILABLE -> Answer.of(broken(503), requestId);
            case CONFLICT ->
                Answer.of(
                        Refusal.of(
                                409,
                                "idempotency_error",
                                "idempotency_key_in_use",
                                "There is currently another in-progress request using this Idempotent Key. Please try"
                                        + " again later."),
                        requestId);
            case HANG, DROP_BEFORE -> null;
            case DROP_AFTER -> {
                process(request, requestId, 0);
                yield null;
            }
            case SERVER_ERROR_AFTER -> {
                process(request, requestId, 0);
                Answer answer = Answer.of(broken(500), requestId);
                String key = request.header("idempotency-key");
                if (!key.isEmpty()) {
                    keys.replace(key, answer);
                }
                yield answer;
            }
            case NONE -> process(request, requestId, 0);
            case SLOW -> process(request, requestId, fault.millis(1000));
        };
    }

    private static Refusal broken(int status) {
        return Refusal.of(
                status,
                "api_error",
                null,
                "Sorry! There was an error while talking to one of our backends. Support has been notified.");
    }

    private Answer process(Front.Request request, String requestId, long millis) throws InterruptedException {
        try {
            Params params = Params.parse(request.query(), request.body());
            boolean publishable = isPublishable(request, params);
            for (Route route : routes) {
                List<String> ids = route.match(request.method(), request.path());
                if (ids != null) {
                    return once(request, requestId, millis, route, new Call(ids, params, publishable));
                }
            }
            throw Refusal.of(
                    404,
                    "invalid_request_error",
                    null,
                    "Unrecognized request URL (" + request.method() + ": " + request.path()
                            + "). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.");
        } catch (Refusal refusal) {
            return Answer.of(refusal, requestId);
        }
    }

    /** @return whether the request came with the publishable key; with another wrong key it is refused */
    private boolean isPublishable(Front.Request request, Params params) {
        String key = key(request.header("authorization"), params);
        if (key.isEmpty()) {
            throw Refusal.of(
                    401,
                    "invalid_request_error",
                    null,
                    "You did not provide an API key. You need to provide your API key in the Authorization header, using"
                            + " Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See"
                            + " https://stripe.com/docs/api#authentication for details, or we can help at"
                            + " https://support.stripe.com/.");
        }
        if (key.equals(settings.publishableKey)) {
            return true;
        }
        if (!settings.secretKeys.contains(key)) {
            String shown = key.length() < 12
                    ? "*".repeat(key.length())
                    : key.substring(0, 8) + "*".repeat(key.length() - 12) + key.substring(key.length() - 4);
            throw Refusal.of(401, "invalid_request_error", null, "Invalid API Key provided: " + shown);
        }
        return false;
    }

    private static String key(String header, Params params) {
        if (header.startsWith("Bearer ")) {
            return header.substring("Bearer ".length()).trim();
        }
        if (header.startsWith("Basic ")) {
            try {
                byte[] decoded = Base64.getDecoder()
                        .decode(header.substring("Basic ".length()).trim());
                return new String(decoded, StandardCharsets.UTF_8).replaceFirst(":.*", "");
            } catch (IllegalArgumentException e) {
                return "";
            }
        }
        String key = params.text("key");
        return key == null ? "" : key;
    }

    private Answer once(Front.Request request, String requestId, long millis, Route route, Call call)
            throws InterruptedException {
        if (call.publishable() && !route.browsers()) {
            throw Refusal.of(
                    401,
                    "invalid_request_error",
                    "secret_key_required",
                    "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a"
                            + " list of your API keys at https://dashboard.stripe.com/account/apikeys.");
        }
        String key = request.method().equals("POST") ? request.header("idempotency-key") : "";
        if (key.isEmpty()) {
            return locked(request, requestId, millis, route, call);
        }
        Params asked = call.params().without(Set.of("key"));
        Answer before = keys.begin(key, request.method() + " " + request.path() + " " + asked.tree());
        if (before != null) {
            return before;
        }
        Answer answer = null;
        boolean kept = false;
        try {
            answer = locked(request, requestId, millis, route, call);
            kept = true;
            return answer;
        } catch (Refusal refusal) {
            answer = Answer.of(refusal, requestId);
            kept = refusal.keyKept();
            return answer;
        } finally {
            keys.end(key, answer == null ? Answer.of(500, "") : answer, kept);
        }
    }

    private Answer locked(Front.Request request, String requestId, long millis, Route route, Call call)
            throws InterruptedException {
        String object = lockedObject(request, call);
        if (object == null) {
            return run(request, requestId, millis, route, call);
        }
        Semaphore lock = locks.hold(object);
        try {
            return run(request, requestId, millis, route, call);
        } finally {
            lock.release();
        }
    }

    /** What a request that changes something changes. */
    private static @Nullable String lockedObject(Front.Request request, Call call) {
        if (request.method().equals("GET")) {
            return null;
        }
        if (!call.ids().isEmpty()) {
            return call.id();
        }
        return request.path().equals("/v1/refunds")
                ? java.util.Objects.requireNonNullElse(
                        call.params().text("payment_intent"), call.params().text("charge"))
                : null;
    }

    private Answer run(Front.Request request, String requestId, long millis, Route route, Call call)
            throws InterruptedException {
        if (millis > 0) {
            closed.await(millis, TimeUnit.MILLISECONDS);
        }
        call.params().without(OF_THE_REQUEST).refuseUnknown(route.known());
        synchronized (account) {
            account.tick();
            String key = request.header("idempotency-key");
            account.during(requestId, key.isEmpty() ? null : key);
            try {
                ObjectNode answer = route.answer().apply(call).deepCopy();
                api.expansion().expand(answer, call.params().texts("expand"));
                if (call.publishable()) {
                    Views.publish(answer);
                }
                return Answer.of(200, Json.write(answer));
            } catch (Refusal refusal) {
                throw call.publishable() ? refusal.published() : refusal;
            } catch (RuntimeException e) {
                LOG.error("The stand-in for Stripe failed at {} {}", request.method(), request.path(), e);
                throw broken(500);
            } finally {
                account.during(null, null);
            }
        }
    }
}
