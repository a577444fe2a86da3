package io.payroutes.notification;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/** The occasions on which a customer is written to; each has its templates under {@code config/mail/<language>/}. */
public enum MailKind {
    /** An attempt to pay failed; the customer can pay again. */
    PAYMENT_FAILED("payment-failed"),
    /** The payment is under way and the money has not arrived, as with bank debits. */
    PAYMENT_PENDING("payment-pending"),
    /** The payment succeeded. */
    PAYMENT_CONFIRMED("payment-confirmed"),
    /** The customer has to do something: authenticate, pay a voucher, transfer money. */
    PAYMENT_ACTION_REQUIRED("payment-action-required"),
    /** A bank transfer brought less than the amount asked for. */
    PAYMENT_PARTIALLY_FUNDED("payment-partially-funded");

    private final String wireName;

    MailKind(String wireName) {
        this.wireName = wireName;
    }

    /** The name in messages, in the database and of the templates, for example {@code payment-failed}. */
    @JsonValue
    public String wireName() {
        return wireName;
    }

    /**
     * The kind of that wire name.
     *
     * @throws IllegalArgumentException when there is none
     */
    @JsonCreator
    public static MailKind of(String wireName) {
        return Arrays.stream(values())
                .filter(kind -> kind.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No kind of mail has this name"));
    }
}
