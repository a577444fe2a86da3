package io.payroutes.demo.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.stripe.StripeClient;
import com.stripe.exception.CardException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Charge;
import com.stripe.model.PaymentIntent;
import com.stripe.param.ChargeListParams;
import com.stripe.param.PaymentIntentCancelParams;
import com.stripe.param.PaymentIntentCaptureParams;
import com.stripe.param.PaymentIntentConfirmParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentIntentUpdateParams;
import io.payroutes.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaymentLifeCycleTest {
    private static final String SHOP = "https://shop.example/complete";

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-01T00:00:00Z"));
    private StripeStandIn standIn;
    private StripeClient stripe;

    @BeforeEach
    void start() {
        standIn = StripeStandIn.start(new StandInSettings().clock(clock).confirmLimit(3));
        stripe = Stripe.client(standIn);
    }

    @AfterEach
    void stop() {
        standIn.close();
    }

    @Test
    void anIntentWaitsForAMethodAndThenForItsConfirmation() throws StripeException {
        PaymentIntent intent = create(Stripe.payment(4900, "JPY"));
        assertThat(intent.getStatus()).isEqualTo("requires_payment_method");
        assertThat(intent.getCurrency()).isEqualTo("jpy");
        assertThat(intent.getClientSecret()).startsWith(intent.getId() + "_secret_");
        assertThat(intent.getCreated()).isEqualTo(clock.instant().getEpochSecond());
        assertThat(intent.getAutomaticPaymentMethods().getEnabled()).isTrue();
        assertThat(intent.getCaptureMethod()).isEqualTo("automatic_async");

        intent = stripe.v1()
                .paymentIntents()
                .update(
                        intent.getId(),
                        PaymentIntentUpdateParams.builder()
                                .setPaymentMethod("pm_card_visa")
                                .build());
        assertThat(intent.getStatus()).isEqualTo("requires_confirmation");
        assertThat(intent.getPaymentMethod()).startsWith("pm_").isNotEqualTo("pm_card_visa");

        intent = confirm(intent, null);
        assertThat(intent.getStatus()).isEqualTo("succeeded");
    }

    @Test
    void whatAnIntentSaysIsCopiedToItsCharge() throws StripeException {
        PaymentIntent intent = create(confirmed("pm_card_visa")
                .putMetadata("order_id", "4711")
                .setDescription("Two cups")
                .setReceiptEmail("jenny@example.com")
                .setShipping(PaymentIntentCreateParams.Shipping.builder()
                        .setName("Jenny")
                        .setAddress(PaymentIntentCreateParams.Shipping.Address.builder()
                                .setLine1("1 Street")
                                .setCountry("JP")
                                .build())
                        .build())
                .addExpand("latest_charge"));

        Charge charge = intent.getLatestChargeObject();
        assertThat(charge.getMetadata()).containsEntry("order_id", "4711");
        assertThat(charge.getDescription()).isEqualTo("Two cups");
        assertThat(charge.getReceiptEmail()).isEqualTo("jenny@example.com");
        assertThat(charge.getShipping().getAddress().getCountry()).isEqualTo("JP");
        assertThat(charge.getShipping().getAddress().getCity()).isNull();
    }

    @Test
    void afterADeclineTheSameIntentIsPaidAndAllAttemptsAreListedNewestFirst() throws StripeException {
        PaymentIntent intent = create(Stripe.payment(4900, "usd"));
        assertThatThrownBy(() -> confirm(intent, "pm_card_chargeDeclined")).isInstanceOf(CardException.class);

        PaymentIntent paid = confirm(intent, "pm_card_visa");

        assertThat(paid.getStatus()).isEqualTo("succeeded");
        assertThat(paid.getLastPaymentError()).isNull();
        assertThat(stripe.v1()
                        .charges()
                        .list(ChargeListParams.builder()
                                .setPaymentIntent(intent.getId())
                                .build())
                        .getData())
                .extracting(Charge::getStatus)
                .containsExactly("succeeded", "failed");
    }

    @Test
    void anUpdateClearsTheLastError() throws StripeException {
        PaymentIntent intent = create(Stripe.payment(4900, "usd"));
        assertThatThrownBy(() -> confirm(intent, "pm_card_chargeDeclined")).isInstanceOf(CardException.class);

        PaymentIntent updated = stripe.v1()
                .paymentIntents()
                .update(
                        intent.getId(),
                        PaymentIntentUpdateParams.builder().setAmount(5000L).build());

        assertThat(updated.getLastPaymentError()).isNull();
        assertThat(updated.getAmount()).isEqualTo(5000);
    }

    @Test
    void theBalanceTransactionComesAfterTheCharge() throws StripeException {
        standIn.close();
        standIn = StripeStandIn.start(new StandInSettings().clock(clock).asyncCapture(Duration.ofMinutes(10)));
        stripe = Stripe.client(standIn);
        String charge = create(confirmed("pm_card_visa")).getLatestCharge();
        assertThat(stripe.v1().charges().retrieve(charge).getBalanceTransaction())
                .isNull();
        assertThat(standIn.eventTypes()).doesNotContain("charge.updated");

        clock.advance(Duration.ofMinutes(10));

        assertThat(stripe.v1().charges().retrieve(charge).getBalanceTransaction())
                .startsWith("txn_");
        assertThat(standIn.eventTypes()).endsWith("charge.updated");
    }

    @Test
    void aSynchronousCaptureHasItsBalanceTransactionAtOnce() throws StripeException {
        PaymentIntent intent = create(confirmed("pm_card_visa")
                .setCaptureMethod(PaymentIntentCreateParams.CaptureMethod.AUTOMATIC)
                .addExpand("latest_charge.balance_transaction"));
        assertThat(intent.getLatestChargeObject().getBalanceTransactionObject().getAmount())
                .isEqualTo(4900);
    }

    @Test
    void aHoldIsCapturedInPartAndTheRestIsLetGo() throws StripeException {
        PaymentIntent held = create(held());
        assertThat(held.getStatus()).isEqualTo("requires_capture");
        assertThat(held.getAmountCapturable()).isEqualTo(4900);
        assertThat(held.getAmountReceived()).isZero();
        assertThat(stripe.v1()
                        .charges()
                        .retrieve(held.getLatestCharge())
                        .getPaymentMethodDetails()
                        .getCard()
                        .getCaptureBefore())
                .isEqualTo(clock.instant().plus(Duration.ofDays(7)).getEpochSecond());

        PaymentIntent captured = capture(held, 3000);

        assertThat(captured.getStatus()).isEqualTo("succeeded");
        assertThat(captured.getAmountReceived()).isEqualTo(3000);
        assertThat(captured.getAmountCapturable()).isZero();
        Charge charge = stripe.v1().charges().retrieve(held.getLatestCharge());
        assertThat(charge.getAmountCaptured()).isEqualTo(3000);
        assertThat(charge.getAmountRefunded()).isZero();
        assertThat(charge.getRefunded()).isFalse();
        assertThat(charge.getCaptured()).isTrue();
        assertThat(standIn.eventTypes())
                .containsExactly(
                        "payment_intent.created",
                        "charge.succeeded",
                        "payment_intent.amount_capturable_updated",
                        "charge.captured",
                        "payment_intent.succeeded");
    }

    @Test
    void noMoreThanWhatIsHeldCanBeCaptured() throws StripeException {
        PaymentIntent held = create(held());
        refused(() -> capture(held, 4901), "amount_too_large");
    }

    @Test
    void severalCapturesNeedToBeAskedFor() throws StripeException {
        PaymentIntentCaptureParams part = PaymentIntentCaptureParams.builder()
                .setAmountToCapture(1000L)
                .setFinalCapture(false)
                .build();
        PaymentIntent single = create(held());
        assertThatThrownBy(() -> stripe.v1().paymentIntents().capture(single.getId(), part))
                .isInstanceOf(InvalidRequestException.class);

        PaymentIntent several =
                create(held().setPaymentMethodOptions(PaymentIntentCreateParams.PaymentMethodOptions.builder()
                        .setCard(PaymentIntentCreateParams.PaymentMethodOptions.Card.builder()
                                .setRequestMulticapture(
                                        PaymentIntentCreateParams.PaymentMethodOptions.Card.RequestMulticapture
                                                .IF_AVAILABLE)
                                .build())
                        .build()));
        PaymentIntent first = stripe.v1().paymentIntents().capture(several.getId(), part);
        assertThat(first.getStatus()).isEqualTo("requires_capture");
        assertThat(first.getAmountReceived()).isEqualTo(1000);
        assertThat(first.getAmountCapturable()).isEqualTo(3900);
        assertThat(capture(several, 2000).getAmountReceived()).isEqualTo(3000);
    }

    @Test
    void aHoldExpiresByItself() throws StripeException {
        PaymentIntent held = create(held());

        clock.advance(Duration.ofDays(7));

        await().untilAsserted(() -> assertThat(
                        stripe.v1().paymentIntents().retrieve(held.getId()).getCancellationReason())
                .isEqualTo("expired"));
        assertThat(standIn.eventTypes()).endsWith("charge.expired", "payment_intent.canceled");
        Charge charge = stripe.v1().charges().retrieve(held.getLatestCharge());
        assertThat(charge.getCaptured()).isFalse();
        assertThat(charge.getRefunded()).isFalse();
    }

    @Test
    void aHoldIsLetGoByACancellation() throws StripeException {
        PaymentIntent held = create(held());

        PaymentIntent canceled = stripe.v1()
                .paymentIntents()
                .cancel(
                        held.getId(),
                        PaymentIntentCancelParams.builder()
                                .setCancellationReason(PaymentIntentCancelParams.CancellationReason.ABANDONED)
                                .build());

        assertThat(canceled.getStatus()).isEqualTo("canceled");
        assertThat(canceled.getCancellationReason()).isEqualTo("abandoned");
        assertThat(canceled.getAmountCapturable()).isZero();
        assertThat(canceled.getCanceledAt()).isEqualTo(clock.instant().getEpochSecond());
    }

    @Test
    void whatIsOverCannotBeChanged() throws StripeException {
        PaymentIntent paid = create(confirmed("pm_card_visa"));

        unexpected(
                () -> stripe.v1().paymentIntents().cancel(paid.getId()),
                "You cannot cancel this PaymentIntent because it has a status of succeeded. Only a PaymentIntent with one"
                        + " of the following statuses may be canceled: requires_payment_method, requires_capture,"
                        + " requires_confirmation, requires_action.");
        unexpected(
                () -> confirm(paid, null),
                "You cannot confirm this PaymentIntent because it has already succeeded after being previously"
                        + " confirmed.");
        unexpected(
                () -> stripe.v1().paymentIntents().capture(paid.getId()),
                "This PaymentIntent could not be captured because it has already been captured.");
        unexpected(
                () -> stripe.v1()
                        .paymentIntents()
                        .update(
                                paid.getId(),
                                PaymentIntentUpdateParams.builder()
                                        .setAmount(5000L)
                                        .build()),
                "This PaymentIntent's amount could not be updated because it has a status of succeeded.");
        assertThat(stripe.v1()
                        .paymentIntents()
                        .update(
                                paid.getId(),
                                PaymentIntentUpdateParams.builder()
                                        .putMetadata("shipped", "yes")
                                        .build())
                        .getMetadata())
                .containsEntry("shipped", "yes");
    }

    @Test
    void aConfirmationNeedsAMethod() throws StripeException {
        PaymentIntent intent = create(Stripe.payment(4900, "usd"));
        unexpected(
                () -> confirm(intent, null),
                "You cannot confirm this PaymentIntent because it's missing a payment method.");
    }

    @Test
    void aServersConfirmationNeedsAReturnUrlUnlessNothingRedirects() throws StripeException {
        refused(
                () -> create(Stripe.payment(4900, "usd")
                        .setPaymentMethod("pm_card_visa")
                        .setConfirm(true)),
                null);
        assertThat(standIn.eventTypes()).isEmpty();
        assertThat(create(Stripe.payment(4900, "usd")
                                .setPaymentMethod("pm_card_visa")
                                .setAutomaticPaymentMethods(PaymentIntentCreateParams.AutomaticPaymentMethods.builder()
                                        .setEnabled(true)
                                        .setAllowRedirects(
                                                PaymentIntentCreateParams.AutomaticPaymentMethods.AllowRedirects.NEVER)
                                        .build())
                                .setConfirm(true))
                        .getStatus())
                .isEqualTo("succeeded");
    }

    @Test
    void aManualIntentIsConfirmedAgainAfterTheAction() throws StripeException {
        PaymentIntent asked = create(manual());
        assertThat(asked.getStatus()).isEqualTo("requires_action");

        standIn.authenticate(asked.getId(), true);
        assertThat(stripe.v1().paymentIntents().retrieve(asked.getId()).getStatus())
                .isEqualTo("requires_confirmation");

        assertThat(confirm(asked, null).getStatus()).isEqualTo("succeeded");
    }

    @Test
    void aManualIntentThatIsNotConfirmedWithinAnHourFails() throws StripeException {
        PaymentIntent asked = create(manual());
        standIn.authenticate(asked.getId(), true);
        clock.advance(Duration.ofMinutes(59));
        standIn.tick();
        assertThat(stripe.v1().paymentIntents().retrieve(asked.getId()).getStatus())
                .isEqualTo("requires_confirmation");

        clock.advance(Duration.ofMinutes(1));

        PaymentIntent late = stripe.v1().paymentIntents().retrieve(asked.getId());
        assertThat(late.getStatus()).isEqualTo("requires_payment_method");
        assertThat(late.getLastPaymentError().getCode()).isEqualTo("payment_intent_payment_attempt_expired");
        assertThat(standIn.eventTypes()).endsWith("payment_intent.payment_failed");
        unexpected(() -> confirm(asked, null), "missing a payment method");
    }

    @Test
    void anIntentThatIsConfirmedTooOftenIsCanceled() throws StripeException {
        PaymentIntent intent = create(Stripe.payment(4900, "usd"));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> confirm(intent, "pm_card_chargeDeclined")).isInstanceOf(CardException.class);
        }
        assertThat(confirm(intent, "pm_card_visa").getStatus()).isEqualTo("canceled");
    }

    @ParameterizedTest
    @CsvSource({
        "49, usd, amount_too_small",
        "49, jpy, amount_too_small",
        "0, usd, parameter_invalid_integer",
        "-5, usd, parameter_invalid_integer",
        "1000000000000, usd, amount_too_large",
        "550, isk, invalid_charge_amount_no_decimal_compatible",
        "5125, kwd, invalid_charge_amount",
        "100, zzz,",
    })
    void anAmountThatStripeDoesNotTakeIsRefused(long amount, String currency, String code) {
        refused(() -> create(Stripe.payment(amount, currency)), code);
    }

    @Test
    void theSmallestAmountsAreTaken() throws StripeException {
        assertThat(create(Stripe.payment(50, "usd")).getAmount()).isEqualTo(50);
        assertThat(create(Stripe.payment(50, "jpy")).getAmount()).isEqualTo(50);
        assertThat(create(Stripe.payment(500, "isk")).getAmount()).isEqualTo(500);
        assertThat(create(Stripe.payment(5120, "kwd")).getAmount()).isEqualTo(5120);
    }

    private PaymentIntentCreateParams.Builder confirmed(String method) {
        return Stripe.payment(4900, "usd")
                .setPaymentMethod(method)
                .setConfirm(true)
                .setReturnUrl(SHOP);
    }

    private PaymentIntentCreateParams.Builder held() {
        return confirmed("pm_card_visa").setCaptureMethod(PaymentIntentCreateParams.CaptureMethod.MANUAL);
    }

    private PaymentIntentCreateParams.Builder manual() {
        return confirmed("pm_card_authenticationRequired")
                .setConfirmationMethod(PaymentIntentCreateParams.ConfirmationMethod.MANUAL)
                .setUseStripeSdk(true);
    }

    private PaymentIntent create(PaymentIntentCreateParams.Builder params) throws StripeException {
        return stripe.v1().paymentIntents().create(params.build());
    }

    private PaymentIntent confirm(PaymentIntent intent, @org.jspecify.annotations.Nullable String method)
            throws StripeException {
        PaymentIntentConfirmParams.Builder params =
                PaymentIntentConfirmParams.builder().setReturnUrl(SHOP);
        if (method != null) {
            params.setPaymentMethod(method);
        }
        return stripe.v1().paymentIntents().confirm(intent.getId(), params.build());
    }

    private PaymentIntent capture(PaymentIntent intent, long amount) throws StripeException {
        return stripe.v1()
                .paymentIntents()
                .capture(
                        intent.getId(),
                        PaymentIntentCaptureParams.builder()
                                .setAmountToCapture(amount)
                                .build());
    }

    private static void refused(ThrowingCallable call, @org.jspecify.annotations.Nullable String code) {
        assertThatThrownBy(call).isInstanceOfSatisfying(InvalidRequestException.class, refusal -> {
            assertThat(refusal.getStatusCode()).isEqualTo(400);
            assertThat(refusal.getCode()).isEqualTo(code);
        });
    }

    private static void unexpected(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOfSatisfying(InvalidRequestException.class, refusal -> {
            assertThat(refusal.getCode()).isEqualTo("payment_intent_unexpected_state");
            assertThat(refusal.getMessage()).contains(message);
            assertThat(refusal.getStripeError().getPaymentIntent()).isNotNull();
        });
    }
}
