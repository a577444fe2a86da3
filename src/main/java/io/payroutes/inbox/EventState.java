package io.payroutes.inbox;

import java.util.Locale;

/** Where an event stands. */
public enum EventState {
    /** Waits, or is being handled. */
    RECEIVED,
    /** Handled: everything that follows from it is committed. */
    HANDLED,
    /** Of a type that no route cares for. */
    IGNORED,
    /** A contradiction; a person must look at it. */
    PARKED,
    /** Given up after the configured number of attempts. */
    DEAD;

    /** As it stands in the database and in the API. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static EventState of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
