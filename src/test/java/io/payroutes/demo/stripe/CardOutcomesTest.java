package io.payroutes.demo.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.StripeClient;
import com.stripe.exception.CardException;
import com.stripe.exception.StripeException;
import com.stripe.model.Charge;
import com.stripe.model.PaymentIntent;
import com.stripe.model.PaymentMethod;
import com.stripe.param.ChargeListParams;
import com.stripe.param.CustomerCreateParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentMethodAttachParams;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each of Stripe's test cards does, as stripe-java sees it. */
class CardOutcomesTest {
    private StripeStandIn standIn;
    private StripeClient stripe;

    @BeforeEach
    void start() {
        standIn = StripeStandIn.start();
        stripe = Stripe.client(standIn);
    }

    @AfterEach
    void stop() {
        standIn.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4242424242424242",
                "pm_card_visa",
                "pm_card_mastercard",
                "pm_card_amex",
                "pm_card_amex_threeDSecureNotSupported",
                "pm_card_riskLevelElevated",
                "pm_card_threeDSecureOptional",
                "pm_card_threeDSecureOptionalProcessingError",
                "pm_card_bypassPending",
                "pm_card_pendingRefund",
                "pm_card_refundFail",
                "pm_card_createDisputeInquiry"
            })
    void aCardThatSucceedsIsCharged(String card) throws StripeException {
        PaymentIntent intent = pay(card);

        assertThat(intent.getStatus()).isEqualTo("succeeded");
        assertThat(intent.getAmountReceived()).isEqualTo(4900);
        Charge charge = stripe.v1().charges().retrieve(intent.getLatestCharge());
        assertThat(charge.getStatus()).isEqualTo("succeeded");
        assertThat(charge.getCaptured()).isTrue();
        assertThat(charge.getPaid()).isTrue();
        assertThat(charge.getPaymentIntent()).isEqualTo(intent.getId());
        assertThat(standIn.eventTypes())
                .startsWith("payment_intent.created", "charge.succeeded", "payment_intent.succeeded");
    }

    @ParameterizedTest
    @CsvSource({
        "4000000000000002, card_declined, generic_decline",
        "pm_card_visa_chargeDeclined, card_declined, generic_decline",
        "pm_card_chargeDeclined, card_declined, generic_decline",
        "4000000000009995, card_declined, insufficient_funds",
        "pm_card_visa_chargeDeclinedInsufficientFunds, card_declined, insufficient_funds",
        "pm_card_visa_chargeDeclinedLostCard, card_declined, lost_card",
        "pm_card_visa_chargeDeclinedStolenCard, card_declined, stolen_card",
        "pm_card_chargeDeclinedExpiredCard, expired_card,",
        "pm_card_chargeDeclinedIncorrectCvc, incorrect_cvc,",
        "pm_card_chargeDeclinedProcessingError, processing_error,",
        "pm_card_visa_chargeDeclinedVelocityLimitExceeded, card_declined, card_velocity_exceeded",
        "pm_card_chargeCustomerFail, card_declined, generic_decline",
        "pm_card_radarBlock, card_declined, fraudulent",
        "pm_card_riskLevelHighest, card_declined, fraudulent",
        "pm_card_threeDSecureRequiredProcessingError, card_declined, generic_decline",
    })
    void aCardThatDeclinesAnswers402WithTheIntentInIt(String card, String code, String declineCode)
            throws StripeException {
        CardException refusal = refusal(card);

        assertThat(refusal.getStatusCode()).isEqualTo(402);
        assertThat(refusal.getCode()).isEqualTo(code);
        assertThat(refusal.getDeclineCode()).isEqualTo(declineCode);
        PaymentIntent told = refusal.getStripeError().getPaymentIntent();
        PaymentIntent intent = stripe.v1().paymentIntents().retrieve(told.getId());
        assertThat(told).isEqualTo(intent);
        assertThat(intent.getStatus()).isEqualTo("requires_payment_method");
        assertThat(intent.getPaymentMethod()).isNull();
        assertThat(intent.getLastPaymentError().getCode()).isEqualTo(code);
        assertThat(intent.getLastPaymentError().getDeclineCode()).isEqualTo(declineCode);
        assertThat(intent.getLastPaymentError().getPaymentMethod().getId()).startsWith("pm_");
        assertThat(refusal.getCharge()).isEqualTo(intent.getLatestCharge());
        Charge charge = stripe.v1().charges().retrieve(intent.getLatestCharge());
        assertThat(charge.getStatus()).isEqualTo("failed");
        assertThat(charge.getFailureCode()).isEqualTo(code);
        assertThat(charge.getOutcome().getType())
                .isEqualTo("fraudulent".equals(declineCode) ? "blocked" : "issuer_declined");
        assertThat(standIn.eventTypes())
                .containsExactly("payment_intent.created", "charge.failed", "payment_intent.payment_failed");
    }

    @ParameterizedTest
    @CsvSource({
        "pm_card_authenticationRequired, succeeded,",
        "pm_card_authenticationRequiredOnSetup, succeeded,",
        "pm_card_authenticationRequiredSetupForOffSession, succeeded,",
        "pm_card_threeDSecure2Required, succeeded,",
        "4000002760003184, succeeded,",
        "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds, requires_payment_method, insufficient_funds",
        "pm_card_threeDSecureRequiredChargeDeclined, requires_payment_method, generic_decline",
    })
    void aCardThatAsksForAuthenticationIsChargedAfterIt(String card, String status, String declineCode)
            throws StripeException {
        PaymentIntent asked = pay(card);
        assertThat(asked.getStatus()).isEqualTo("requires_action");
        assertThat(asked.getLatestCharge()).isNull();
        assertThat(asked.getNextAction().getType()).isEqualTo("redirect_to_url");
        assertThat(asked.getNextAction().getRedirectToUrl().getUrl()).startsWith(standIn.url());

        standIn.authenticate(asked.getId(), true);

        PaymentIntent intent = stripe.v1().paymentIntents().retrieve(asked.getId());
        assertThat(intent.getStatus()).isEqualTo(status);
        assertThat(intent.getNextAction()).isNull();
        if (declineCode != null) {
            assertThat(intent.getLastPaymentError().getDeclineCode()).isEqualTo(declineCode);
        }
        assertThat(standIn.eventTypes()).contains("payment_intent.requires_action");
    }

    @Test
    void aFailedAuthenticationLeavesNoCharge() throws StripeException {
        PaymentIntent asked = pay("pm_card_authenticationRequired");

        standIn.authenticate(asked.getId(), false);

        PaymentIntent intent = stripe.v1().paymentIntents().retrieve(asked.getId());
        assertThat(intent.getStatus()).isEqualTo("requires_payment_method");
        assertThat(intent.getLastPaymentError().getCode()).isEqualTo("payment_intent_authentication_failure");
        assertThat(intent.getLastPaymentError().getDeclineCode()).isNull();
        assertThat(charges(intent)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "pm_card_authenticationRequired, false",
        "pm_card_authenticationRequiredOnSetup, false",
        "pm_card_authenticationRequiredSetupForOffSession, true",
        "pm_card_visa, true",
    })
    void withoutTheCustomerACardThatAsksForHimIsDeclined(String card, boolean succeeds) throws StripeException {
        PaymentIntentCreateParams params = payment(card).setOffSession(true).build();
        if (succeeds) {
            assertThat(stripe.v1().paymentIntents().create(params).getStatus()).isEqualTo("succeeded");
            return;
        }
        assertThatThrownBy(() -> stripe.v1().paymentIntents().create(params))
                .isInstanceOfSatisfying(CardException.class, refusal -> {
                    assertThat(refusal.getCode()).isEqualTo("authentication_required");
                    assertThat(refusal.getDeclineCode()).isEqualTo("authentication_required");
                    assertThat(refusal.getStripeError().getPaymentMethod()).isNotNull();
                });
    }

    @ParameterizedTest
    @CsvSource({
        "pm_usBankAccount_success, succeeded,",
        "pm_usBankAccount_insufficientFunds, requires_payment_method, insufficient_funds",
        "pm_usBankAccount_debitNotAuthorized, requires_payment_method, debit_not_authorized",
        "pm_usBankAccount_accountClosed, requires_payment_method, account_closed",
        "pm_usBankAccount_noAccount, requires_payment_method, no_account",
        "pm_usBankAccount_processing, processing,",
    })
    void aBankDebitIsDecidedLater(String account, String status, String failure) throws StripeException {
        PaymentIntent pending = pay(account);
        assertThat(pending.getStatus()).isEqualTo("processing");
        Charge charge = stripe.v1().charges().retrieve(pending.getLatestCharge());
        assertThat(charge.getStatus()).isEqualTo("pending");

        standIn.settle(pending.getId());

        PaymentIntent intent = stripe.v1().paymentIntents().retrieve(pending.getId());
        assertThat(intent.getStatus()).isEqualTo(status);
        assertThat(intent.getLatestCharge()).isEqualTo(charge.getId());
        assertThat(stripe.v1().charges().retrieve(charge.getId()).getFailureCode())
                .isEqualTo(failure);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pm_card_chargeDeclined", "pm_card_chargeDeclinedExpiredCard"})
    void aDecliningCardCannotBeAttached(String card) throws StripeException {
        String customer = customer();
        PaymentMethodAttachParams params =
                PaymentMethodAttachParams.builder().setCustomer(customer).build();
        assertThatThrownBy(() -> stripe.v1().paymentMethods().attach(card, params))
                .isInstanceOf(CardException.class);
    }

    @Test
    void theCardThatFailsLaterCanBeAttached() throws StripeException {
        String customer = customer();
        PaymentMethod method = stripe.v1()
                .paymentMethods()
                .attach(
                        "pm_card_chargeCustomerFail",
                        PaymentMethodAttachParams.builder()
                                .setCustomer(customer)
                                .build());
        assertThat(method.getCustomer()).isEqualTo(customer);
        assertThat(method.getId()).isNotEqualTo("pm_card_chargeCustomerFail");
    }

    private String customer() throws StripeException {
        return stripe.v1()
                .customers()
                .create(CustomerCreateParams.builder().setEmail("a@example.com").build())
                .getId();
    }

    private java.util.List<Charge> charges(PaymentIntent intent) throws StripeException {
        return stripe.v1()
                .charges()
                .list(ChargeListParams.builder()
                        .setPaymentIntent(intent.getId())
                        .build())
                .getData();
    }

    private CardException refusal(String card) {
        try {
            PaymentIntent intent = pay(card);
            throw new AssertionError("accepted: " + intent.getStatus());
        } catch (CardException e) {
            return e;
        } catch (StripeException e) {
            throw new AssertionError(e);
        }
    }

    private PaymentIntent pay(String card) throws StripeException {
        return stripe.v1().paymentIntents().create(payment(card).build());
    }

    private PaymentIntentCreateParams.Builder payment(String card) throws StripeException {
        return Stripe.payment(4900, "usd")
                .setPaymentMethod(card.startsWith("pm_") ? card : Stripe.card(stripe, card))
                .setConfirm(true)
                .setReturnUrl("https://shop.example/complete");
    }
}
