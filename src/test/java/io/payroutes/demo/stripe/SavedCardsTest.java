package io.payroutes.demo.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.StripeClient;
import com.stripe.exception.CardException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Customer;
import com.stripe.model.PaymentIntent;
import com.stripe.model.PaymentMethod;
import com.stripe.model.SetupIntent;
import com.stripe.param.CustomerCreateParams;
import com.stripe.param.CustomerPaymentMethodListParams;
import com.stripe.param.CustomerUpdateParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentMethodAttachParams;
import com.stripe.param.PaymentMethodUpdateParams;
import com.stripe.param.SetupIntentConfirmParams;
import com.stripe.param.SetupIntentCreateParams;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Customers, what they have saved, and SetupIntents. */
class SavedCardsTest {
    private static final String SHOP = "https://shop.example/complete";

    private StripeStandIn standIn;
    private StripeClient stripe;
    private String customer;

    @BeforeEach
    void start() throws StripeException {
        standIn = StripeStandIn.start();
        stripe = Stripe.client(standIn);
        customer = stripe.v1()
                .customers()
                .create(CustomerCreateParams.builder()
                        .setEmail("jenny@example.com")
                        .setName("Jenny")
                        .addPreferredLocale("ja")
                        .build())
                .getId();
    }

    @AfterEach
    void stop() {
        standIn.close();
    }

    @Test
    void aCustomerIsChangedAndDeleted() throws StripeException {
        Customer changed = stripe.v1()
                .customers()
                .update(
                        customer,
                        CustomerUpdateParams.builder()
                                .setPhone("+81 3 0000 0000")
                                .putMetadata("erp", "C-1")
                                .build());
        assertThat(changed.getPreferredLocales()).containsExactly("ja");
        assertThat(changed.getEmail()).isEqualTo("jenny@example.com");
        assertThat(changed.getMetadata()).containsEntry("erp", "C-1");
        assertThat(stripe.v1().customers().list().getData())
                .extracting(Customer::getId)
                .containsExactly(customer);

        assertThat(stripe.v1().customers().delete(customer).getDeleted()).isTrue();

        assertThat(stripe.v1().customers().retrieve(customer).getDeleted()).isTrue();
        assertThat(stripe.v1().customers().list().getData()).isEmpty();
        assertThat(standIn.eventTypes()).containsExactly("customer.created", "customer.updated", "customer.deleted");
    }

    @Test
    void paymentSavesTheCardForLater() throws StripeException {
        PaymentIntent intent = pay(payment("pm_card_visa")
                .setCustomer(customer)
                .setSetupFutureUsage(PaymentIntentCreateParams.SetupFutureUsage.OFF_SESSION));

        assertThat(saved(null)).singleElement().satisfies(method -> {
            assertThat(method.getId()).isEqualTo(intent.getPaymentMethod());
            assertThat(method.getAllowRedisplay()).isEqualTo("limited");
        });
        assertThat(saved(CustomerPaymentMethodListParams.AllowRedisplay.ALWAYS)).isEmpty();
        assertThat(standIn.eventTypes()).contains("payment_method.attached");

        stripe.v1()
                .paymentMethods()
                .update(
                        intent.getPaymentMethod(),
                        PaymentMethodUpdateParams.builder()
                                .setAllowRedisplay(PaymentMethodUpdateParams.AllowRedisplay.ALWAYS)
                                .build());
        assertThat(saved(CustomerPaymentMethodListParams.AllowRedisplay.ALWAYS)).hasSize(1);
        assertThat(stripe.v1()
                        .customers()
                        .paymentMethods()
                        .retrieve(customer, intent.getPaymentMethod())
                        .getCard()
                        .getLast4())
                .isEqualTo("4242");
    }

    @Test
    void aDeclinedPaymentSavesNothing() throws StripeException {
        PaymentIntentCreateParams params = payment("pm_card_chargeDeclined")
                .setCustomer(customer)
                .setSetupFutureUsage(PaymentIntentCreateParams.SetupFutureUsage.OFF_SESSION)
                .build();
        assertThatThrownBy(() -> stripe.v1().paymentIntents().create(params)).isInstanceOf(CardException.class);
        assertThat(saved(null)).isEmpty();
    }

    @Test
    void aSavedCardIsChargedOnlyWithItsCustomer() throws StripeException {
        String method = attach("pm_card_visa");

        assertThatThrownBy(() -> pay(payment(method)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("belongs to the Customer " + customer + ". Please include the Customer");
        assertThat(pay(payment(method).setCustomer(customer)).getStatus()).isEqualTo("succeeded");
        assertThat(pay(payment(method).setCustomer(customer)).getStatus()).isEqualTo("succeeded");
    }

    @Test
    void aCardThatNobodyKeepsIsUsedOnce() throws StripeException {
        String method = Stripe.card(stripe, "4242424242424242");
        pay(payment(method));

        assertThatThrownBy(() -> pay(payment(method)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("It may not be used again.");
    }

    @Test
    void aDetachedCardCannotBeUsedAgain() throws StripeException {
        String method = attach("pm_card_visa");

        assertThat(stripe.v1().paymentMethods().detach(method).getCustomer()).isNull();

        assertThatThrownBy(() -> pay(payment(method).setCustomer(customer)))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> attach(method)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aCardIsSetUpAfterItsAuthenticationAndThenChargedWithoutTheCustomer() throws StripeException {
        SetupIntent setup = stripe.v1()
                .setupIntents()
                .create(SetupIntentCreateParams.builder().setCustomer(customer).build());
        assertThat(setup.getStatus()).isEqualTo("requires_payment_method");
        assertThat(setup.getUsage()).isEqualTo("off_session");
        setup = confirm(setup, "pm_card_authenticationRequiredOnSetup");
        assertThat(setup.getStatus()).isEqualTo("requires_action");

        standIn.authenticate(setup.getId(), true);

        setup = stripe.v1().setupIntents().retrieve(setup.getId());
        assertThat(setup.getStatus()).isEqualTo("succeeded");
        assertThat(saved(null)).extracting(PaymentMethod::getId).containsExactly(setup.getPaymentMethod());
        assertThat(standIn.eventTypes())
                .containsExactly(
                        "customer.created",
                        "setup_intent.created",
                        "setup_intent.requires_action",
                        "payment_method.attached",
                        "setup_intent.succeeded");
        assertThat(pay(payment(setup.getPaymentMethod()).setCustomer(customer).setOffSession(true))
                        .getStatus())
                .isEqualTo("succeeded");
    }

    @Test
    void aSetupThatFailsCanBeTriedAgain() throws StripeException {
        SetupIntent setup = stripe.v1()
                .setupIntents()
                .create(SetupIntentCreateParams.builder().setCustomer(customer).build());
        assertThatThrownBy(() -> confirm(setup, "pm_card_chargeDeclined"))
                .isInstanceOfSatisfying(CardException.class, refusal -> {
                    assertThat(refusal.getDeclineCode()).isEqualTo("generic_decline");
                    assertThat(refusal.getStripeError().getSetupIntent().getId())
                            .isEqualTo(setup.getId());
                });
        assertThat(stripe.v1()
                        .setupIntents()
                        .retrieve(setup.getId())
                        .getLastSetupError()
                        .getCode())
                .isEqualTo("card_declined");
        confirm(setup, "pm_card_authenticationRequired");
        standIn.authenticate(setup.getId(), false);
        assertThat(stripe.v1()
                        .setupIntents()
                        .retrieve(setup.getId())
                        .getLastSetupError()
                        .getCode())
                .isEqualTo("setup_intent_authentication_failure");

        assertThat(confirm(setup, "pm_card_visa").getStatus()).isEqualTo("succeeded");
        assertThatThrownBy(() -> stripe.v1().setupIntents().cancel(setup.getId()))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refusal -> assertThat(refusal.getCode()).isEqualTo("setup_intent_unexpected_state"));
    }

    @Test
    void aSetupIsCanceledAndListed() throws StripeException {
        SetupIntent setup = stripe.v1()
                .setupIntents()
                .create(SetupIntentCreateParams.builder().build());
        assertThat(stripe.v1().setupIntents().cancel(setup.getId()).getStatus()).isEqualTo("canceled");
        assertThat(stripe.v1().setupIntents().list().getData())
                .extracting(SetupIntent::getId)
                .containsExactly(setup.getId());
    }

    private PaymentIntentCreateParams.Builder payment(String method) {
        return Stripe.payment(4900, "usd")
                .setPaymentMethod(method)
                .setConfirm(true)
                .setReturnUrl(SHOP);
    }

    private PaymentIntent pay(PaymentIntentCreateParams.Builder params) throws StripeException {
        return stripe.v1().paymentIntents().create(params.build());
    }

    private SetupIntent confirm(SetupIntent setup, String method) throws StripeException {
        return stripe.v1()
                .setupIntents()
                .confirm(
                        setup.getId(),
                        SetupIntentConfirmParams.builder()
                                .setPaymentMethod(method)
                                .setReturnUrl(SHOP)
                                .build());
    }

    private String attach(String method) throws StripeException {
        return stripe.v1()
                .paymentMethods()
                .attach(
                        method,
                        PaymentMethodAttachParams.builder()
                                .setCustomer(customer)
                                .build())
                .getId();
    }

    private List<PaymentMethod> saved(CustomerPaymentMethodListParams.AllowRedisplay redisplay) throws StripeException {
        CustomerPaymentMethodListParams.Builder params = CustomerPaymentMethodListParams.builder();
        if (redisplay != null) {
            params.setAllowRedisplay(redisplay);
        }
        return stripe.v1()
                .customers()
                .paymentMethods()
                .list(customer, params.build())
                .getData();
    }
}
