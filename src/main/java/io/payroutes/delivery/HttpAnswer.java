package io.payroutes.delivery;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;

/** What the ERP's HTTP answer means for the delivery. */
public final class HttpAnswer {
    private static final Set<Integer> TRY_AGAIN = Set.of(408, 425, 429);
    private static final int CONFLICT = 409;

    private final Set<Integer> retryable;
    private final Clock clock;

    /** @param retryable further 4xx codes that mean "not now" rather than "never" */
    public HttpAnswer(Set<Integer> retryable, Clock clock) {
        this.retryable = Set.copyOf(retryable);
        this.clock = clock;
    }

    /**
     * Tells arrival and refusal apart. 409 is how a destination says that it has the message already.
     *
     * @param status HTTP status code
     * @param retryAfter the header of that name, null if there is none
     * @param excerpt beginning of the answer's body, null if there is none
     * @return delivered or refused
     * @throws DeliveryFailedException if it has to be tried again; what the circuit breaker counts
     */
    public Outcome judge(
            @Header("CamelHttpResponseCode") int status,
            @Header("Retry-After") @Nullable String retryAfter,
            @Body byte @Nullable [] excerpt) {
        if (isSuccess(status) || (status == CONFLICT && !retryable.contains(status))) {
            return new Outcome.Delivered(status, null);
        }
        String detail = detail(status, excerpt);
        if (isFinal(status)) {
            return new Outcome.Refused(status, detail);
        }
        throw new DeliveryFailedException(status, RetryAfter.parse(retryAfter, clock.instant()), detail);
    }

    private static boolean isSuccess(int status) {
        return status >= 200 && status < 300;
    }

    private boolean isFinal(int status) {
        return status >= 400 && status < 500 && !TRY_AGAIN.contains(status) && !retryable.contains(status);
    }

    private static String detail(int status, byte @Nullable [] excerpt) {
        String text = excerpt == null
                ? ""
                : new String(excerpt, StandardCharsets.UTF_8)
                        .replaceAll("[\\p{Cntrl}\\s]+", " ")
                        .strip();
        return text.isEmpty() ? "HTTP " + status : "HTTP " + status + ": " + text;
    }
}
