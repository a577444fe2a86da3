package io.payroutes.demo.stripe;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.playwright.FrameLocator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.PaymentIntent;
import com.stripe.model.SetupIntent;
import com.stripe.param.CustomerCreateParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentIntentUpdateParams;
import com.stripe.param.SetupIntentCreateParams;
import io.payroutes.Browser;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The stand-in's Stripe.js in a real browser, on a page that allows no inline script and no inline style. */
@Timeout(60)
class StripeJsTest {
    private static final String FINE = "4242424242424242";
    private static final String DECLINED = "4000000000000002";
    private static final String AUTHENTICATION = "4000002760003184";

    @RegisterExtension
    final Browser browser = new Browser();

    private StripeStandIn standIn;
    private StripeClient stripe;
    private Shop shop;
    private Page page;

    @BeforeEach
    void start() throws IOException {
        standIn = StripeStandIn.start();
        stripe = Stripe.client(standIn);
        shop = new Shop(standIn);
        page = browser.page();
        page.navigate(shop.url("/pay"));
        page.evaluate("key => { window.stripe = Stripe(key); }", standIn.publishableKey());
    }

    @AfterEach
    void stop() {
        shop.close();
        standIn.close();
    }

    @Test
    void aCardIsChargedInPlaceWhereNoRedirectIsNeeded() throws StripeException {
        PaymentIntent intent = intent();
        mountPayment(intent);
        enter(FINE);

        Map<String, Object> result = confirm("if_required");

        assertThat(told(result, "paymentIntent")).containsEntry("status", "succeeded");
        assertThat(told(result, "paymentIntent")).doesNotContainKeys("metadata", "customer", "latest_charge");
        assertThat(stripe.v1().paymentIntents().retrieve(intent.getId()).getStatus())
                .isEqualTo("succeeded");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aCardNumberNeverLeavesTheFrameOfStripe() throws StripeException {
        mountPayment(intent());
        enter(FINE);
        confirm("if_required");

        assertThat(standIn.journal().all())
                .filteredOn(request -> request.params().contains(FINE))
                .isNotEmpty()
                .allSatisfy(request -> assertThat(request.header("Origin")).isEqualTo(standIn.url()));
        assertThat(page.locator("#element input").count()).isZero();
    }

    @Test
    void afterPayingTheBrowserGoesToTheReturnUrl() throws StripeException {
        PaymentIntent intent = intent();
        mountPayment(intent);
        enter(FINE);

        page.evaluate(
                "url => { void stripe.confirmPayment({elements, confirmParams: {return_url: url}}); }",
                shop.url("/complete?order=1"));

        page.waitForURL(Pattern.compile(".*/complete.*"));
        assertThat(page.url())
                .isEqualTo(shop.url("/complete?order=1") + "&payment_intent=" + intent.getId()
                        + "&payment_intent_client_secret=" + intent.getClientSecret() + "&redirect_status=succeeded");
    }

    @Test
    void aDeclineIsToldInPlaceAndTheSameIntentCanBePaidAgain() throws StripeException {
        PaymentIntent intent = intent();
        mountPayment(intent);
        enter(DECLINED);

        Map<String, Object> declined = confirm("always");
        assertThat(told(declined, "error"))
                .containsEntry("type", "card_error")
                .containsEntry("code", "card_declined")
                .containsEntry("decline_code", "generic_decline")
                .containsEntry("message", "Your card was declined.");

        enter(FINE);
        assertThat(told(confirm("if_required"), "paymentIntent")).containsEntry("status", "succeeded");
    }

    @Test
    void anIncompleteCardIsNotSent() throws StripeException {
        mountPayment(intent());
        enter("424242");

        assertThat(told(confirm("if_required"), "error"))
                .containsEntry("type", "validation_error")
                .containsEntry("code", "incomplete_number");
        assertThat(standIn.journal().of("POST", "/v1/payment_methods")).isEmpty();
        assertThat(card().getByLabel("Card number")).hasAttribute("aria-invalid", "true");
    }

    @Test
    void theCustomerAuthenticatesInADialog() throws StripeException {
        mountPayment(intent());
        enter(AUTHENTICATION);
        startConfirming();

        press("Complete authentication");

        assertThat(told(outcome(), "paymentIntent")).containsEntry("status", "succeeded");
        assertThat(page.locator("dialog").count()).isZero();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aFailedAuthenticationIsToldAsStripeWordsIt() throws StripeException {
        mountPayment(intent());
        enter(AUTHENTICATION);
        startConfirming();

        press("Fail authentication");

        assertThat(told(outcome(), "error"))
                .containsEntry("code", "payment_intent_authentication_failure")
                .containsEntry(
                        "message",
                        "We are unable to authenticate your payment method. Please choose a different payment method and"
                                + " try again.");
    }

    @Test
    void anAuthenticationThatIsLeftOpenLeavesTheIntentAsItIs() throws StripeException {
        PaymentIntent intent = intent();
        mountPayment(intent);
        enter(AUTHENTICATION);
        startConfirming();
        assertThat(challenge().getByText("Complete authentication")).isVisible();

        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Close"))
                .click();

        assertThat(told(outcome(), "error")).containsEntry("code", "payment_intent_authentication_failure");
        assertThat(stripe.v1().paymentIntents().retrieve(intent.getId()).getStatus())
                .isEqualTo("requires_action");
    }

    @Test
    void aServerThatConfirmsHandlesTheActionAndConfirmsAgain() throws StripeException {
        mountCard();
        enter(AUTHENTICATION);
        String method = (String) page.evaluate("""
                async () => {
                  const {paymentMethod} = await stripe.createPaymentMethod({
                    type: 'card', card: window.card, billing_details: {name: 'Jenny Rosen'}
                  });
                  return paymentMethod.id;
                }""");
        PaymentIntent asked = stripe.v1()
                .paymentIntents()
                .create(Stripe.payment(4900, "usd")
                        .setPaymentMethod(method)
                        .setConfirm(true)
                        .setConfirmationMethod(PaymentIntentCreateParams.ConfirmationMethod.MANUAL)
                        .setReturnUrl(shop.url("/complete"))
                        .setUseStripeSdk(true)
                        .build());
        assertThat(asked.getStatus()).isEqualTo("requires_action");
        assertThat(asked.getNextAction().getType()).isEqualTo("use_stripe_sdk");
        page.evaluate("secret => { window.outcome = stripe.handleCardAction(secret); }", asked.getClientSecret());

        press("Complete authentication");

        assertThat(told(outcome(), "paymentIntent")).containsEntry("status", "requires_confirmation");
        assertThat(stripe.v1().paymentIntents().confirm(asked.getId()).getStatus())
                .isEqualTo("succeeded");
    }

    @Test
    void handleCardActionRefusesIntentsThatTheServerDoesNotConfirm() throws StripeException {
        PaymentIntent asked = stripe.v1()
                .paymentIntents()
                .create(Stripe.payment(4900, "usd")
                        .setPaymentMethod("pm_card_authenticationRequired")
                        .setConfirm(true)
                        .setReturnUrl(shop.url("/complete"))
                        .setUseStripeSdk(true)
                        .build());

        assertThatThrownBy(() -> page.evaluate("secret => stripe.handleCardAction(secret)", asked.getClientSecret()))
                .hasMessageContaining("handleCardAction: The PaymentIntent supplied does not require manual"
                        + " server-side confirmation. Please use confirmCardPayment instead");

        page.evaluate(
                "clientSecret => { window.outcome = stripe.handleNextAction({clientSecret}); }",
                asked.getClientSecret());
        press("Complete authentication");
        assertThat(told(outcome(), "paymentIntent")).containsEntry("status", "succeeded");
    }

    @Test
    void theOlderSignatureMakesAPaymentMethodToo() {
        mountCard();
        enter("5555555555554444");

        Object brand = page.evaluate("""
                async () => (await stripe.createPaymentMethod('card', window.card, {
                  billing_details: {email: 'jenny@example.com'}
                })).paymentMethod.card.brand""");

        assertThat(brand).isEqualTo("mastercard");
        assertThat(standIn.journal().of("POST", "/v1/payment_methods").get(0).param("billing_details[email]"))
                .isEqualTo("jenny@example.com");
    }

    @Test
    void aCardElementPaysAnIntent() throws StripeException {
        mountCard();
        enter(FINE);

        Object status = page.evaluate(
                "async secret => (await stripe.confirmCardPayment(secret, {payment_method: {card: window.card}}))"
                        + ".paymentIntent.status",
                intent().getClientSecret());

        assertThat(status).isEqualTo("succeeded");
    }

    @Test
    @SuppressWarnings("unchecked")
    void elementsThatComeBeforeTheIntentNeedSubmitAndTheSameAmount() throws StripeException {
        page.evaluate("""
                () => {
                  window.elements = stripe.elements({mode: 'payment', amount: 4900, currency: 'usd'});
                  elements.create('payment').mount('#element');
                }""");
        enter(FINE);
        PaymentIntent other =
                stripe.v1().paymentIntents().create(Stripe.payment(5000, "usd").build());
        String confirm = "clientSecret => stripe.confirmPayment({elements, clientSecret, redirect: 'if_required'})";

        assertThatThrownBy(() -> page.evaluate(confirm, intent().getClientSecret()))
                .hasMessageContaining("elements.submit() must be called");
        assertThat((Map<String, Object>) page.evaluate("() => elements.submit()"))
                .doesNotContainKey("error");
        assertThat(told((Map<String, Object>) page.evaluate(confirm, other.getClientSecret()), "error"))
                .containsEntry("type", "invalid_request_error");
        assertThat(told((Map<String, Object>) page.evaluate(confirm, intent().getClientSecret()), "paymentIntent"))
                .containsEntry("status", "succeeded");
    }

    @Test
    void theTermsAppearOnceTheIntentKeepsTheCard() throws StripeException {
        PaymentIntent intent = intent();
        mountPayment(intent);
        assertThat(card().locator("#terms")).isHidden();
        String customer = stripe.v1()
                .customers()
                .create(CustomerCreateParams.builder().build())
                .getId();
        stripe.v1()
                .paymentIntents()
                .update(
                        intent.getId(),
                        PaymentIntentUpdateParams.builder()
                                .setCustomer(customer)
                                .setSetupFutureUsage(PaymentIntentUpdateParams.SetupFutureUsage.OFF_SESSION)
                                .build());

        page.evaluate("() => elements.fetchUpdates()");

        assertThat(card().locator("#terms")).containsText("future payments");
        enter(FINE);
        page.evaluate("""
                () => stripe.confirmPayment({
                  elements, redirect: 'if_required', confirmParams: {payment_method_data: {allow_redisplay: 'always'}}
                })""");
        assertThat(stripe.v1().customers().paymentMethods().list(customer).getData())
                .singleElement()
                .satisfies(method -> assertThat(method.getAllowRedisplay()).isEqualTo("always"));
    }

    @Test
    void aFinishedIntentIsALoadError() throws StripeException {
        PaymentIntent intent = stripe.v1().paymentIntents().cancel(intent().getId());

        Object message = page.evaluate("""
                clientSecret => new Promise(resolve => {
                  const element = stripe.elements({clientSecret}).create('payment');
                  element.on('loaderror', event => resolve(event.error.message));
                  element.mount('#element');
                })""", intent.getClientSecret());

        assertThat((String) message).contains("terminal state");
    }

    @Test
    void aCardIsSetUp() throws StripeException {
        String customer = stripe.v1()
                .customers()
                .create(CustomerCreateParams.builder().build())
                .getId();
        SetupIntent setup = stripe.v1()
                .setupIntents()
                .create(SetupIntentCreateParams.builder().setCustomer(customer).build());
        mount("clientSecret", setup.getClientSecret());
        enter("4000002500003155");
        page.evaluate("() => { window.outcome = stripe.confirmSetup({elements, redirect: 'if_required'}); }");

        press("Complete authentication");

        assertThat(told(outcome(), "setupIntent")).containsEntry("status", "succeeded");
        PaymentIntent later = stripe.v1()
                .paymentIntents()
                .create(Stripe.payment(4900, "usd")
                        .setCustomer(customer)
                        .setPaymentMethod(stripe.v1()
                                .setupIntents()
                                .retrieve(setup.getId())
                                .getPaymentMethod())
                        .setOffSession(true)
                        .setConfirm(true)
                        .build());
        assertThat(later.getStatus()).isEqualTo("succeeded");
    }

    @Test
    void anIntentIsReadWithItsSecretAlone() throws StripeException {
        PaymentIntent intent = intent();

        Object status = page.evaluate(
                "async secret => (await stripe.retrievePaymentIntent(secret)).paymentIntent.status",
                intent.getClientSecret());
        Object code = page.evaluate(
                "async secret => (await stripe.retrievePaymentIntent(secret)).error.type",
                intent.getId() + "_secret_guessed");

        assertThat(status).isEqualTo("requires_payment_method");
        assertThat(code).isEqualTo("invalid_request_error");
    }

    @Test
    void anUnreachableStripeIsAnErrorAndNotAnException() throws StripeException {
        mountPayment(intent());
        enter(FINE);
        standIn.faults().next(5, "POST", "/v1/payment_intents/*/confirm", Fault.Kind.DROP_BEFORE);

        assertThat(told(confirm("if_required"), "error")).containsEntry("type", "api_connection_error");
    }

    @Test
    void theCardFormSpeaksTheBuyersLanguage() throws StripeException {
        page.evaluate("key => { window.stripe = Stripe(key, {locale: 'ja'}); }", standIn.publishableKey());
        mountPayment(intent());

        assertThat(card().getByLabel("カード番号")).isVisible();
    }

    @Test
    void aRedirectShowsTheBanksPageAndComesBack() throws StripeException {
        PaymentIntent asked = stripe.v1()
                .paymentIntents()
                .create(Stripe.payment(4900, "usd")
                        .setPaymentMethod("pm_card_authenticationRequired")
                        .setConfirm(true)
                        .setReturnUrl(shop.url("/complete"))
                        .build());

        page.navigate(asked.getNextAction().getRedirectToUrl().getUrl());
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Complete authentication"))
                .click();

        page.waitForURL(Pattern.compile(".*/complete.*"));
        assertThat(page.url()).contains("payment_intent=" + asked.getId()).endsWith("redirect_status=succeeded");
        assertThat(stripe.v1().paymentIntents().retrieve(asked.getId()).getStatus())
                .isEqualTo("succeeded");
    }

    private PaymentIntent intent() throws StripeException {
        return stripe.v1()
                .paymentIntents()
                .create(Stripe.payment(4900, "usd").putMetadata("order", "1").build());
    }

    private void mountPayment(PaymentIntent intent) {
        mount("clientSecret", intent.getClientSecret());
    }

    private void mount(String option, String value) {
        page.evaluate("""
                ([option, value]) => new Promise(resolve => {
                  window.elements = stripe.elements({[option]: value});
                  const element = elements.create('payment');
                  element.on('ready', resolve);
                  element.mount('#element');
                })""", java.util.List.of(option, value));
    }

    private void mountCard() {
        page.evaluate("""
                () => new Promise(resolve => {
                  window.card = stripe.elements().create('card');
                  card.on('ready', resolve);
                  card.mount(document.getElementById('element'));
                })""");
    }

    private FrameLocator card() {
        return page.frameLocator("#element iframe");
    }

    private FrameLocator challenge() {
        return page.frameLocator("dialog iframe");
    }

    private void enter(String number) {
        card().getByLabel("Card number").fill(number);
        card().getByLabel("Expiration date").fill("12/99");
        card().getByLabel("Security code").fill("123");
    }

    private void press(String button) {
        challenge()
                .getByRole(AriaRole.BUTTON, new FrameLocator.GetByRoleOptions().setName(button))
                .click();
    }

    private void startConfirming() {
        page.evaluate("() => { window.outcome = stripe.confirmPayment({elements, redirect: 'if_required'}); }");
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> outcome() {
        return (Map<String, Object>) page.evaluate("() => window.outcome");
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> confirm(String redirect) {
        return (Map<String, Object>) page.evaluate(
                "([redirect, url]) => stripe.confirmPayment({elements, redirect, confirmParams: {return_url: url}})",
                java.util.List.of(redirect, shop.url("/complete")));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> told(Map<String, Object> result, String what) {
        assertThat(result).as("the outcome").containsKey(what);
        return (Map<String, Object>) result.get(what);
    }
}
