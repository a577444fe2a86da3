package io.payroutes.reconciliation;

import java.util.Locale;

/** The differences that reconciliation can name. */
public enum FindingCode {
    /** A charge captured another amount than its payment received. */
    AMOUNT_MISMATCH(Severity.ERROR),
    /** A charge is in another currency than its payment. */
    CURRENCY_MISMATCH(Severity.ERROR),
    /** A payment was charged more than once, and the money of the second charge did not go back. */
    DUPLICATE_CHARGE(Severity.ERROR),
    /** Money was taken that no payment accounts for. */
    CHARGE_WITHOUT_PAYMENT(Severity.ERROR),
    /** The customer paid, and the ERP does not know. */
    PAID_NOT_FULFILLED(Severity.ERROR),
    /** The customer has the money back, and the ERP was not told to stop or recall. */
    FULFILLED_BUT_REFUNDED(Severity.ERROR),
    /** The ERP was told to fulfil what is not paid. */
    FULFILLED_NOT_PAID(Severity.ERROR),
    /** More went back than was ever taken. */
    REFUND_EXCEEDS_CHARGE(Severity.ERROR),
    /** A paid payment says nowhere which order it is for. */
    MISSING_ORDER_REFERENCE(Severity.WARNING),
    /** A live charge belongs to a test payment, or the other way round. */
    LIVEMODE_MISMATCH(Severity.ERROR),
    /** A refund did not reach the customer. */
    REFUND_FAILED(Severity.ERROR),
    /** A charge has not arrived in Stripe's balance. */
    BALANCE_TRANSACTION_MISSING(Severity.WARNING),
    /** A payout did not reach the bank. */
    PAYOUT_FAILED(Severity.ERROR);

    private final Severity severity;

    FindingCode(Severity severity) {
        this.severity = severity;
    }

    public Severity severity() {
        return severity;
    }

    /** As it stands in the database, in the API and in logs. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static FindingCode of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }

    /** How much a difference matters. */
    public enum Severity {
        /** Money or goods are not where they should be. */
        ERROR,
        /** Something is missing that bookkeeping needs. */
        WARNING;

        /** As it stands in the database and in the API. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
