package io.payroutes.order;

import io.payroutes.money.Money;
import io.payroutes.store.Row;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An order that is to be paid.
 *
 * @param id the shop's own reference
 * @param money what is owed; the only place that an amount to charge is taken from
 * @param customerId Stripe's id of the customer, null if they have none (yet)
 * @param email where mails about the order go, null if that is not known
 * @param language the buyer's, a BCP 47 tag; null if it is not known
 * @param digital whether nothing has to be shipped
 * @param lines what was ordered, a JSON array as the shop gave it; null if it did not
 * @param captureMethod {@code automatic}, or {@code manual}: authorised first, captured later
 * @param confirmationMethod {@code automatic} (confirmed in the browser) or {@code manual} (by {@code /pay}); null while
 *     there is no PaymentIntent
 * @param paymentId the one PaymentIntent, null while there is none
 * @param intentKey idempotency key that the PaymentIntent is made with
 * @param intentAskedAt when the PaymentIntent was first asked for; null if it was not
 */
public record Order(
        String id,
        Money money,
        @Nullable String customerId,
        @Nullable String email,
        @Nullable String customerName,
        @Nullable String language,
        @Nullable String description,
        boolean digital,
        @Nullable String lines,
        String captureMethod,
        @Nullable String confirmationMethod,
        @Nullable String paymentId,
        String intentKey,
        @Nullable Instant intentAskedAt,
        Instant createdAt) {

    static Order of(Row row) {
        return new Order(
                row.mustText("order_id"),
                new Money(row.mustNumber("amount"), row.mustText("currency")),
                row.text("customer_id"),
                row.text("email"),
                row.text("customer_name"),
                row.text("language"),
                row.text("description"),
                row.isSet("digital"),
                row.text("order_lines"),
                row.mustText("capture_method"),
                row.text("confirmation_method"),
                row.text("payment_id"),
                row.mustText("intent_key"),
                row.time("intent_asked_at"),
                row.mustTime("created_at"));
    }

    Order withCustomer(String customer) {
        return new Order(
                id,
                money,
                customer,
                email,
                customerName,
                language,
                description,
                digital,
                lines,
                captureMethod,
                confirmationMethod,
                paymentId,
                intentKey,
                intentAskedAt,
                createdAt);
    }

    /** Whether the PaymentIntent is confirmed by the server ({@code /pay}) and not in the browser. */
    public boolean isConfirmedByServer() {
        return "manual".equals(confirmationMethod);
    }

    /** Without the buyer: this text may end up in a log. */
    @Override
    public String toString() {
        return "order " + id;
    }
}
