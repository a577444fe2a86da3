package io.payroutes.demo.stripe;

import java.util.regex.Pattern;

/**
 * Something that goes wrong with the next requests of a kind.
 *
 * @param method of the requests, or {@code *}
 * @param path of the requests; {@code *} stands for anything in it
 * @param times for how many requests
 * @param kind what goes wrong
 * @param detail with {@link Kind#RATE_LIMIT} the reason ({@code global-rate}, …), with {@link Kind#SLOW} and
 *     {@link Kind#HANG} the milliseconds; may be empty
 */
public record Fault(String method, String path, int times, Kind kind, String detail) {
    /** What goes wrong. */
    public enum Kind {
        /** Nothing, so that what goes wrong comes later. */
        NONE,
        /** 429 with {@code Stripe-Rate-Limited-Reason}. */
        RATE_LIMIT,
        /** 429 with the code {@code lock_timeout}. */
        LOCK_TIMEOUT,
        /** 500 before anything was done. */
        SERVER_ERROR,
        /** 500 after all was done; an idempotency key keeps this answer. */
        SERVER_ERROR_AFTER,
        /** 503 before anything was done. */
        UNAVAILABLE,
        /** 409, as for an idempotency key that is in use. */
        CONFLICT,
        /** No answer, and nothing done, for a minute. */
        HANG,
        /** The connection ends before anything was done. */
        DROP_BEFORE,
        /** All is done, and the connection ends without the answer. */
        DROP_AFTER,
        /** The answer takes its time, in which the object is held. */
        SLOW
    }

    static Fault of(String method, String path, int times, Kind kind) {
        return new Fault(method, path, times, kind, "");
    }

    static boolean matches(String wantedMethod, String wantedPath, String method, String path) {
        String regex = Pattern.quote(wantedPath).replace("*", "\\E.*\\Q");
        return (wantedMethod.equals("*") || wantedMethod.equalsIgnoreCase(method)) && path.matches(regex);
    }

    long millis(long otherwise) {
        return detail.isEmpty() ? otherwise : Long.parseLong(detail);
    }
}
