package io.payroutes.reconciliation;

import java.util.Locale;

/** What has become of a difference. */
public enum FindingState {
    /** It is there. */
    OPEN,
    /** It is gone; when it comes back, the same finding opens again. */
    RESOLVED,
    /** A person said why it is right as it is; no check has a say in it any more. */
    EXPLAINED;

    /** As it stands in the database and in the API. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static FindingState of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
