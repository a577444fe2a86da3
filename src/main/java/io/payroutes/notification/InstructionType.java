package io.payroutes.notification;

import java.util.Locale;

/** What a customer has to do to complete a payment; each has its words in {@code labels.properties}. */
public enum InstructionType {
    /** Pay at a Japanese convenience store. */
    KONBINI,
    /** Pay a Brazilian boleto. */
    BOLETO,
    /** Pay at a Mexican OXXO store. */
    OXXO,
    /** Pay at a Portuguese cash machine or in online banking. */
    MULTIBANCO,
    /** Transfer money to a bank account. */
    BANK_TRANSFER,
    /** Scan a QR code or use the app that it belongs to. */
    QR_CODE,
    /** Approve the payment in the bank's or wallet's own app. */
    APPROVE_IN_APP,
    /** Go to the bank's or wallet's page. */
    REDIRECT,
    /** Authenticate on the shop's own payment page. */
    AUTHENTICATE,
    /** Tell the shop the small amounts or the code that arrived on the bank account. */
    MICRODEPOSITS,
    /** Whatever else: go to the shop's own payment page, which knows what to do. */
    CONTINUE;

    /** The name in {@code labels.properties}, for example {@code bank-transfer}. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
