package io.payroutes.notification;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.payroutes.money.Money;
import io.payroutes.payment.PaymentChange;
import io.payroutes.payment.PaymentIntent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a mail when its occasion arises; the payload of its delivery. To whom and in which language is settled
 * when it is due, because the customer may have to be looked up.
 *
 * @param amount minor units
 * @param received minor units, null if unknown
 * @param remaining minor units, null if unknown
 * @param occurredAt epoch seconds
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
record MailDraft(
        MailKind kind,
        String payment,
        @Nullable String order,
        long amount,
        String currency,
        @Nullable Long received,
        @Nullable Long remaining,
        @Nullable String description,
        @Nullable String paymentMethodType,
        @Nullable String cardBrand,
        @Nullable String cardLast4,
        @Nullable String failureCode,
        @Nullable String declineCode,
        @Nullable JsonNode nextAction,
        long occurredAt,
        @Nullable String customer,
        @Nullable String customerName,
        @Nullable String receiptEmail,
        @Nullable String customerEmail,
        @Nullable String billingEmail,
        List<String> preferredLocales,
        @Nullable String language) {

    static MailDraft of(MailKind kind, PaymentChange change) {
        PaymentIntent intent = change.intent();
        PaymentIntent.Failure failure = intent.failure();
        boolean isFailure = kind == MailKind.PAYMENT_FAILED && failure != null;
        return new MailDraft(
                kind,
                intent.id(),
                intent.orderRef(),
                intent.amount(),
                intent.currency(),
                intent.amountReceived(),
                intent.amountRemaining(),
                intent.description(),
                isFailure && failure.paymentMethodType() != null
                        ? failure.paymentMethodType()
                        : intent.paymentMethodType(),
                intent.cardBrand(),
                intent.cardLast4(),
                isFailure ? failure.code() : null,
                isFailure ? failure.declineCode() : null,
                intent.nextAction(),
                change.event().created().getEpochSecond(),
                intent.customerId(),
                intent.customerName(),
                intent.receiptEmail(),
                intent.customerEmail(),
                intent.billingEmail(),
                intent.preferredLocales(),
                intent.language());
    }

    /** The request for the mail, now that it is known to whom and in which language. */
    MailRequest request(String to, String mailLanguage, @Nullable String name, String payUrl) {
        return new MailRequest(
                kind,
                to,
                mailLanguage,
                payment,
                order,
                customerName == null ? name : customerName,
                description,
                new Money(amount, currency),
                received == null || received == 0 ? null : new Money(received, currency),
                remaining == null ? null : new Money(remaining, currency),
                paymentMethodType,
                cardBrand,
                cardLast4,
                kind == MailKind.PAYMENT_FAILED ? new Decline(failureCode, declineCode, paymentMethodType) : null,
                nextAction,
                payUrl,
                Instant.ofEpochSecond(occurredAt));
    }

    /** The languages to choose from: the customer's own, then the order's. */
    List<@Nullable String> languages(List<String> ofCustomer) {
        List<@Nullable String> languages = new ArrayList<>(preferredLocales.isEmpty() ? ofCustomer : preferredLocales);
        if (language != null) {
            languages.add(language);
        }
        return languages;
    }

    /** Without people: this text may end up in a log. */
    @Override
    public String toString() {
        return kind.wireName() + " " + payment;
    }
}
