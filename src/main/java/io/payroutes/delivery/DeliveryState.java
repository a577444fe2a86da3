package io.payroutes.delivery;

import java.util.Locale;

/** Where a delivery stands. */
public enum DeliveryState {
    /** Waits for its time or its turn, or is under way. */
    PENDING,
    /** The destination has it. */
    DELIVERED,
    /** Not to be sent any more: the payment moved on, there is nobody to send it to, or there were enough. */
    DROPPED,
    /** Refused, or given up after the configured span; a person must look at it. */
    DEAD;

    /** As it stands in the database and in the API. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if there is no such state */
    public static DeliveryState of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
