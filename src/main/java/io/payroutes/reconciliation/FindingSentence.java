package io.payroutes.reconciliation;

import io.payroutes.money.Money;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.ResourceBundle;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts a finding into words. The words are in {@code findings*.properties} beside this class. */
final class FindingSentence {
    private static final Pattern CURRENCY = Pattern.compile("[a-z]{3}");
    private static final Pattern LINE_BREAKERS = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]+");

    private FindingSentence() {}

    static String of(Finding finding, Locale language) {
        Locale spoken = language.getLanguage().equals("ja") ? Locale.JAPANESE : Locale.ENGLISH;
        // No fallback: the language of the machine must not decide what an English reader gets.
        ResourceBundle words = ResourceBundle.getBundle(
                FindingSentence.class.getPackageName() + ".findings",
                spoken,
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
        long difference = Math.abs(number(finding.expected()) - number(finding.actual()));
        return say(
                words,
                key(finding),
                payment(words, finding),
                text(finding.chargeId()),
                money(finding.expected(), finding.currency(), spoken),
                money(finding.actual(), actualCurrency(finding), spoken),
                money(difference, finding.currency(), spoken),
                other(words, finding),
                finding.paymentId() == null ? "" : say(words, "for-payment", payment(words, finding)));
    }

    private static String key(Finding finding) {
        String variant = switch (finding.code()) {
            case AMOUNT_MISMATCH ->
                number(finding.actual()) == 0
                        ? ".nothing"
                        : number(finding.actual()) < number(finding.expected()) ? ".missing" : ".excess";
            case CHARGE_WITHOUT_PAYMENT -> finding.paymentId() == null ? ".none" : ".unknown";
            case PAID_NOT_FULFILLED, FULFILLED_BUT_REFUNDED, FULFILLED_BUT_DISPUTED ->
                finding.other() == null ? ".unwritten" : ".undelivered";
            // The other payment of the order is part of the id, the other charge of the payment is not.
            case DUPLICATE_CHARGE -> finding.id().endsWith(":" + finding.other()) ? ".order" : "";
            case REFUND_MISMATCH -> finding.other() == null ? ".recorded" : ".refunds";
            case CURRENCY_MISMATCH,
                    ORDER_AMOUNT_MISMATCH,
                    ORDER_CURRENCY_MISMATCH,
                    CAPTURED_LESS_THAN_AUTHORIZED,
                    CAPTURED_MORE_THAN_AUTHORIZED,
                    FULFILLED_NOT_PAID,
                    REFUND_EXCEEDS_CHARGE,
                    MISSING_ORDER_REFERENCE,
                    LIVEMODE_MISMATCH,
                    REFUND_FAILED,
                    BALANCE_TRANSACTION_MISSING,
                    UNKNOWN_CHARGE,
                    CHARGE_NOT_AT_STRIPE,
                    RECORDED_AMOUNT_MISMATCH,
                    DISPUTE_MISMATCH,
                    LINK_MISMATCH,
                    BALANCE_TRANSACTION_AMOUNT_MISMATCH,
                    BALANCE_TRANSACTION_ARITHMETIC,
                    UNUSUAL_FEE,
                    UNKNOWN_TRANSACTION_TYPE,
                    BALANCE_TRANSACTION_UNLINKED,
                    PAYOUT_MISMATCH,
                    PAYOUT_FAILED,
                    PAYOUT_FAILED_AFTER_PAID,
                    EVENT_GAP -> "";
        };
        return finding.code().wireName() + variant;
    }

    private static String payment(ResourceBundle words, Finding finding) {
        return finding.orderRef() == null
                ? text(finding.paymentId())
                : say(words, "payment-with-order", text(finding.paymentId()), text(finding.orderRef()));
    }

    private static @Nullable String actualCurrency(Finding finding) {
        return switch (finding.code()) {
            case CURRENCY_MISMATCH, ORDER_CURRENCY_MISMATCH, RECORDED_AMOUNT_MISMATCH -> finding.other();
            default -> finding.currency();
        };
    }

    private static String other(ResourceBundle words, Finding finding) {
        return finding.code() == FindingCode.LIVEMODE_MISMATCH
                ? say(words, "livemode." + finding.other())
                : text(finding.other());
    }

    /** An amount as the reader writes it; as plain figures in a currency that is none. */
    private static String money(@Nullable Long amount, @Nullable String currency, Locale language) {
        if (amount == null) {
            return "–";
        }
        return currency != null && CURRENCY.matcher(currency).matches()
                ? new Money(amount, currency).format(language)
                : amount + " " + text(currency);
    }

    private static String say(ResourceBundle words, String key, Object... values) {
        return new MessageFormat(words.getString(key), words.getLocale()).format(values);
    }

    /** References come from outside: whatever they hold, a finding stays one line. */
    private static String text(@Nullable String value) {
        return LINE_BREAKERS.matcher(Objects.requireNonNullElse(value, "–")).replaceAll(" ");
    }

    private static long number(@Nullable Long value) {
        return value == null ? 0 : value;
    }
}
