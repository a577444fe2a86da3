package io.payroutes.demo.stripe;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentMethodCreateParams;

/** stripe-java on a stand-in. */
final class Stripe {
    private Stripe() {}

    static StripeClient client(StripeStandIn standIn) {
        return StripeClient.builder()
                .setApiKey(standIn.secretKey())
                .setApiBase(standIn.url())
                .setConnectTimeout(10_000)
                .setReadTimeout(10_000)
                .build();
    }

    static PaymentIntentCreateParams.Builder payment(long amount, String currency) {
        return PaymentIntentCreateParams.builder().setAmount(amount).setCurrency(currency);
    }

    /** A payment method of the card with this number. */
    static String card(StripeClient stripe, String number) throws StripeException {
        return stripe.v1()
                .paymentMethods()
                .create(PaymentMethodCreateParams.builder()
                        .setType(PaymentMethodCreateParams.Type.CARD)
                        .setCard(PaymentMethodCreateParams.CardDetails.builder()
                                .setNumber(number)
                                .setExpMonth(12L)
                                .setExpYear(2099L)
                                .setCvc("123")
                                .build())
                        .build())
                .getId();
    }
}
