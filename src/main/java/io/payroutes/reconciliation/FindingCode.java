package io.payroutes.reconciliation;

import java.util.Locale;

/** The differences that reconciliation can name. */
public enum FindingCode {
    /** A charge captured another amount than its payment received. */
    AMOUNT_MISMATCH(Severity.ERROR, Check.LEDGER),
    /** A charge is in another currency than its payment. */
    CURRENCY_MISMATCH(Severity.ERROR, Check.LEDGER),
    /** A payment received another amount than its order asks for. */
    ORDER_AMOUNT_MISMATCH(Severity.ERROR, Check.LEDGER),
    /** A payment is in another currency than its order. */
    ORDER_CURRENCY_MISMATCH(Severity.ERROR, Check.LEDGER),
    /** Less was captured than was authorized and ordered, and nobody here asked for that. */
    CAPTURED_LESS_THAN_AUTHORIZED(Severity.WARNING, Check.LEDGER),
    /** More was captured than was authorized. */
    CAPTURED_MORE_THAN_AUTHORIZED(Severity.ERROR, Check.LEDGER),
    /** A payment, or an order, was charged more than once, and the money of the second charge did not go back. */
    DUPLICATE_CHARGE(Severity.ERROR, Check.LEDGER),
    /** Money was taken that no payment accounts for. */
    CHARGE_WITHOUT_PAYMENT(Severity.ERROR, Check.LEDGER),
    /** The customer paid, and the ERP does not know. */
    PAID_NOT_FULFILLED(Severity.ERROR, Check.LEDGER),
    /** The customer has the money back, and the ERP was not told to stop or recall. */
    FULFILLED_BUT_REFUNDED(Severity.ERROR, Check.LEDGER),
    /** The customer claims the money, and the ERP was not told to stop or recall. */
    FULFILLED_BUT_DISPUTED(Severity.ERROR, Check.LEDGER),
    /** The ERP was told to fulfil what is not paid. */
    FULFILLED_NOT_PAID(Severity.ERROR, Check.LEDGER),
    /** More went back than was ever taken. */
    REFUND_EXCEEDS_CHARGE(Severity.ERROR, Check.LEDGER),
    /** A paid payment says nowhere which order it is for. */
    MISSING_ORDER_REFERENCE(Severity.WARNING, Check.LEDGER),
    /** A live charge belongs to a test payment, or the other way round. */
    LIVEMODE_MISMATCH(Severity.ERROR, Check.LEDGER),
    /** A refund did not reach the customer. */
    REFUND_FAILED(Severity.ERROR, Check.LEDGER),
    /** A charge has not arrived in Stripe's balance. */
    BALANCE_TRANSACTION_MISSING(Severity.WARNING, Check.LEDGER),

    /** Stripe has a charge that no event has told of. */
    UNKNOWN_CHARGE(Severity.ERROR, Check.STATEMENT),
    /** An event told of a charge, or of a payment by one, that Stripe does not have. */
    CHARGE_NOT_AT_STRIPE(Severity.ERROR, Check.STATEMENT),
    /** Stripe has a charge with another amount or currency than was recorded. */
    RECORDED_AMOUNT_MISMATCH(Severity.ERROR, Check.STATEMENT),
    /** What went back is not what was recorded, or not the sum of the refunds. */
    REFUND_MISMATCH(Severity.ERROR, Check.STATEMENT),
    /** Stripe has a dispute that no event has told of, or one over another amount. */
    DISPUTE_MISMATCH(Severity.ERROR, Check.STATEMENT),
    /** Two objects that should name each other do not. */
    LINK_MISMATCH(Severity.ERROR, Check.STATEMENT),
    /** The line of the balance has another amount than the charge or refund that it is for. */
    BALANCE_TRANSACTION_AMOUNT_MISMATCH(Severity.ERROR, Check.STATEMENT),

    /** A line of the balance whose net is not its amount less its fee, or whose fee is not the sum of its parts. */
    BALANCE_TRANSACTION_ARITHMETIC(Severity.ERROR, Check.LINE),
    /** A fee far from what charges cost otherwise. */
    UNUSUAL_FEE(Severity.WARNING, Check.LINE),
    /** A line of the balance of a type that nobody has classified. */
    UNKNOWN_TRANSACTION_TYPE(Severity.WARNING, Check.LINE),
    /** A line of the balance about a charge, refund or dispute that Stripe does not have. */
    BALANCE_TRANSACTION_UNLINKED(Severity.ERROR, Check.LINE),

    /** A payout is not the sum of its lines. */
    PAYOUT_MISMATCH(Severity.ERROR, Check.PAYOUT),
    /** A payout did not reach the bank. */
    PAYOUT_FAILED(Severity.ERROR, Check.PAYOUT),
    /** A payout that was called paid came back from the bank. */
    PAYOUT_FAILED_AFTER_PAID(Severity.ERROR, Check.PAYOUT),

    /** Events that may have been missed are older than Stripe keeps them. */
    EVENT_GAP(Severity.ERROR, Check.EVENTS);

    private final Severity severity;
    private final Check check;

    FindingCode(Severity severity, Check check) {
        this.severity = severity;
        this.check = check;
    }

    public Severity severity() {
        return severity;
    }

    /** Which check finds it, and so can say that it is gone. */
    Check check() {
        return check;
    }

    /** As it stands in the database, in the API and in logs. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static FindingCode of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }

    /** What is looked at. */
    enum Check {
        /** What events have told, orders and deliveries: at each event. */
        LEDGER,
        /** What Stripe answers about a payment: in a run. */
        STATEMENT,
        LINE,
        PAYOUT,
        /** Whether all events were listed. Nothing brings back those that were not: a person says when it is over. */
        EVENTS
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
