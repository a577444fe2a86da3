package io.payroutes.reconciliation;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A difference, with what a bookkeeper needs to see it.
 *
 * @param id derived from the code and the objects concerned, so that the same difference is the same finding
 * @param expected the amount that the books call for, in minor units
 * @param actual the amount that is there instead, in minor units
 * @param currency of both amounts
 * @param other what else the sentence names: the other charge, refund, payout, delivery, currency or mode
 */
public record Finding(
        String id,
        FindingCode code,
        @Nullable String paymentId,
        @Nullable String chargeId,
        @Nullable String orderRef,
        @Nullable Long expected,
        @Nullable Long actual,
        @Nullable String currency,
        @Nullable String other) {

    /** The id of a difference between these objects. */
    static String id(FindingCode code, String... objects) {
        return code.wireName() + ":" + String.join(":", objects);
    }

    /** The difference in one sentence, in English or Japanese; in English for any other language. */
    public String sentence(Locale language) {
        return FindingSentence.of(this, language);
    }

    /** The line for the log: the code and the English sentence. */
    @Override
    public String toString() {
        return code.wireName() + ": " + sentence(Locale.ENGLISH);
    }
}
