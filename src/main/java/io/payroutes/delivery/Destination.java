package io.payroutes.delivery;

import java.util.Locale;

/** Where a delivery goes. */
public enum Destination {
    /** The back office, over the transport that is configured. */
    ERP,
    /** A customer's mailbox. */
    MAIL,
    /** Stripe: what the back office asked for and must not be lost. */
    STRIPE;

    /** As it stands in the database, in metrics and in the API. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if there is no such destination */
    public static Destination of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
