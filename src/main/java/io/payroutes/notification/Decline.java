package io.payroutes.notification;

import org.jspecify.annotations.Nullable;

/**
 * Why Stripe says that an attempt failed: the codes of {@code last_payment_error}, and nothing of its texts, which are
 * for the merchant.
 *
 * @param code {@code last_payment_error.code}, for example {@code card_declined}
 * @param declineCode {@code last_payment_error.decline_code}; null when the decline has none, as after a failed
 *     authentication
 * @param paymentMethodType {@code last_payment_error.payment_method.type}, for example {@code card}
 */
public record Decline(
        @Nullable String code,
        @Nullable String declineCode,
        @Nullable String paymentMethodType) {}
