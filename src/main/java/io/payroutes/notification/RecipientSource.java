package io.payroutes.notification;

import java.util.List;
import java.util.Locale;

/**
 * Where the recipient's address may come from.
 *
 * @see <a href="https://docs.stripe.com/receipts">Stripe: receipts use receipt_email and the customer's email only</a>
 */
public enum RecipientSource {
    ORDER,
    RECEIPT_EMAIL,
    CUSTOMER,
    BILLING_DETAILS;

    /** @throws IllegalArgumentException if one of the names is none of order, receipt_email, customer and billing_details */
    public static List<RecipientSource> of(List<String> names) {
        return names.stream().map(n -> valueOf(n.toUpperCase(Locale.ROOT))).toList();
    }
}
