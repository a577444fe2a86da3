package io.payroutes.checkout;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.FrameLocator;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.payroutes.Browser;
import io.payroutes.TestDatabase;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The customers' pages in a real browser, with a stand-in for Stripe.js that takes test cards. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckoutPagesTest {
    private static final String VISA = "4242424242424242";
    private static final String NO_FUNDS = "4000000000009995";
    private static final String AUTHENTICATES = "4000002760003184";

    @RegisterExtension
    final Browser browser = new Browser();

    private TestDatabase database;
    private Shop shop;

    @BeforeAll
    void open() {
        database = TestDatabase.open(TestDatabase.Kind.H2);
        shop = Shop.open(database, Clock.systemUTC(), b -> b.with("checkout.rate.payments", "100000"));
    }

    @AfterAll
    void close() {
        shop.close();
        database.close();
    }

    @AfterEach
    void nothingWasRefusedToThePage() {
        assertThat(browser.complaints())
                .as("what the browser complains of")
                .filteredOn(complaint -> !complaint.contains("the server responded with a status of 4"))
                .isEmpty();
    }

    @Test
    void aCustomerPaysAndComesBackToAThankYou() {
        Page page = checkout(order("w1", "en"));
        assertThat(page.getByText("¥4,900").first()).isVisible();
        assertThat(page.getByText("Two boxes of <b>tea</b>")).isVisible();
        type(page, VISA);
        browser.screenshot(page, "checkout-en");
        browser.noBarriers(page);
        pay(page);
        page.waitForURL("**/complete*");
        assertThat(page.getByRole(AriaRole.STATUS)).containsText("Thank you");
        assertThat(page.url()).doesNotContain("secret");
        browser.screenshot(page, "complete-en");
        browser.noBarriers(page);
        assertThat(shop.charged(shop.paymentOf("w1"))).isEqualTo(1);
    }

    @Test
    void aDeclinedCardIsToldAndTheFormIsUsableAgainForTheSamePayment() {
        Page page = checkout(order("w2", "ja"));
        assertThat(page.locator("html")).hasAttribute("lang", "ja");
        type(page, NO_FUNDS);
        pay(page);
        assertThat(page.getByRole(AriaRole.ALERT)).not().isEmpty();
        browser.screenshot(page, "declined-ja");
        browser.noBarriers(page);
        Locator button = page.locator("#submit");
        assertThat(button).isEnabled();
        type(page, VISA);
        pay(page);
        page.waitForURL("**/complete*");
        assertThat(page.getByRole(AriaRole.STATUS)).containsText("ありがとうございます");
        browser.screenshot(page, "complete-ja");
        assertThat(shop.intents("w2")).hasSize(1);
    }

    @Test
    void aSecondVisitPaysTheSamePaymentAndAThirdIsToldThatItIsPaid() {
        String order = order("w3", "en");
        checkout(order).close();
        Page page = checkout(order);
        type(page, VISA);
        pay(page);
        page.waitForURL("**/complete*");
        assertThat(shop.intents("w3")).hasSize(1);
        shop.awaitStatus(shop.paymentOf("w3"), "succeeded");
        Page again = visit("/checkout/" + order, 800);
        assertThat(again.getByRole(AriaRole.STATUS)).containsText("is paid");
        assertThat(again.locator("form")).hasCount(0);
        browser.screenshot(again, "paid-already");
    }

    @Test
    void whatWasPaidInAnotherTabIsNotPaidAgain() {
        String order = order("w4", "en");
        Page slow = checkout(order);
        Page quick = checkout(order);
        type(quick, VISA);
        pay(quick);
        quick.waitForURL("**/complete*");
        type(slow, VISA);
        pay(slow);
        assertThat(slow.locator("#state")).containsText("is paid");
        assertThat(shop.charged(shop.paymentOf("w4"))).isEqualTo(1);
    }

    @Test
    void anAuthenticatedCustomerHasPaid() {
        Page page = checkout(order("w5", "en"));
        type(page, AUTHENTICATES);
        pay(page);
        authenticate(page, "Complete authentication");
        page.waitForURL("**/complete*");
        assertThat(page.getByRole(AriaRole.STATUS)).containsText("Thank you");
    }

    @Test
    void aFailedAuthenticationCanBeTriedAgain() {
        Page page = checkout(order("w6", "en"));
        type(page, AUTHENTICATES);
        pay(page);
        authenticate(page, "Fail authentication");
        assertThat(page.getByRole(AriaRole.ALERT)).not().isEmpty();
        assertThat(page.locator("#submit")).isEnabled();
    }

    @Test
    void aCustomerWhoHasNotAuthenticatedGoesOnFromTheLastPage() {
        String order = order("w7", "en");
        shop.page("/checkout/" + order + "/intent", Map.of());
        String payment = shop.paymentOf("w7");
        shop.stripe(
                "POST",
                "/v1/payment_intents/" + payment + "/confirm",
                "payment_method=pm_card_authenticationRequired&use_stripe_sdk=true&return_url=https://example.com");
        String secret = shop.intents("w7").get(0).path("client_secret").asText();
        Page page = visit("/checkout/" + order + "/complete?payment_intent_client_secret=" + secret, 800);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Continue"))
                .click();
        authenticate(page, "Complete authentication");
        assertThat(page.locator("#state")).containsText("Thank you");
    }

    @Test
    void aFailedPaymentLeadsBackToTheCheckout() {
        String order = order("w8", "en");
        shop.page("/checkout/" + order + "/intent", Map.of());
        Page page = visit("/checkout/" + order + "/complete", 800);
        assertThat(page.locator("#state")).containsText("nothing was charged");
        page.locator("#again").click();
        page.waitForURL("**/checkout/" + order);
    }

    @Test
    void aCanceledPaymentSaysSo() {
        String order = order("w9", "en");
        shop.page("/checkout/" + order + "/intent", Map.of());
        shop.api("POST", "/payments/" + shop.paymentOf("w9") + "/cancel", null);
        Page page = visit("/checkout/" + order, 800);
        assertThat(page.locator("#state, .state.canceled").first()).containsText("canceled");
    }

    @Test
    void theCardPagePaysWithoutWebhooksInTheBrowser() {
        String order = order("w10", "en");
        Page page = visit("/checkout/" + order + "/card", 800);
        type(page, NO_FUNDS);
        pay(page);
        assertThat(page.getByRole(AriaRole.ALERT)).not().isEmpty();
        type(page, AUTHENTICATES);
        browser.screenshot(page, "card-en");
        browser.noBarriers(page);
        pay(page);
        authenticate(page, "Complete authentication");
        assertThat(page.locator("#state")).containsText("Thank you");
        assertThat(shop.intents("w10")).hasSize(1);
        assertThat(shop.charged(shop.paymentOf("w10"))).isEqualTo(1);
    }

    @Test
    void aPaymentThatWasBegunOnTheCardPageGoesOnThereWhenTheMailsLinkIsOpened() {
        String order = order("w11", "en");
        shop.pay(order, "pm_card_visa_chargeDeclined");
        Page page = visit("/checkout/" + order, 800);
        page.waitForURL("**/card");
        type(page, VISA);
        pay(page);
        assertThat(page.locator("#state")).containsText("Thank you");
        assertThat(shop.intents("w11")).hasSize(1);
    }

    @Test
    void theCardPagePaysWhatWasBegunWithThePaymentElement() {
        String order = order("w12", "en");
        checkout(order).close();
        Page page = visit("/checkout/" + order + "/card", 800);
        type(page, AUTHENTICATES);
        pay(page);
        authenticate(page, "Complete authentication");
        assertThat(page.locator("#state")).containsText("Thank you");
        assertThat(shop.intents("w12")).hasSize(1);
    }

    @Test
    void aSavedCardIsSavedOnlyWhenTheBuyerAgrees() {
        Page page = checkout(order("w13", "en"));
        type(page, VISA);
        page.getByLabel("Keep my payment details for the next time").check();
        pay(page);
        page.waitForURL("**/complete*");
        assertThat(shop.intents("w13").get(0).path("setup_future_usage").asText())
                .isEqualTo("off_session");
        assertThat(shop.intents("w13").get(0).path("customer").asText()).startsWith("cus_");
        String customer = shop.intents("w13").get(0).path("customer").asText();
        assertThat(shop.api("GET", "/customers/" + customer + "/payment-methods", null)
                        .json()
                        .path("data"))
                .as("what the customer is shown the next time")
                .hasSize(1);
        Page other = checkout(order("w14", "en"));
        type(other, VISA);
        pay(other);
        other.waitForURL("**/complete*");
        assertThat(shop.intents("w14").get(0).path("setup_future_usage").isNull())
                .isTrue();
    }

    @Test
    void thePagesFitASmallTelephone() {
        Page page = visit("/checkout/" + order("w15", "ja"), 360);
        assertThat(page.locator("#submit")).isEnabled();
        assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
                .isTrue();
        browser.screenshot(page, "checkout-ja-360");
        browser.noBarriers(page);
    }

    @Test
    void aWrongLinkRevealsNothing() {
        order("w16", "en");
        Page page = window(800);
        assertThat(page.navigate(shop.url("/checkout/w16")).status()).isEqualTo(404);
        assertThat(page.content()).doesNotContain("4,900").doesNotContain("tea");
        browser.screenshot(page, "wrong-link");
        assertThat(page.navigate(shop.url("/assets/words.properties")).status()).isEqualTo(404);
        assertThat(page.navigate(shop.url("/assets/..%2fpage.ftlh")).status()).isEqualTo(404);
    }

    private String order(String id, String language) {
        return shop.order(
                id,
                Map.of(
                        "language",
                        language,
                        "description",
                        "Two boxes of <b>tea</b>",
                        "customer",
                        Map.of("email", "jenny@example.com", "name", "<script>alert(1)</script>"),
                        "lines",
                        List.of(Map.of("description", "\"><img src=x onerror=alert(1)>", "quantity", 2))));
    }

    private Page checkout(String order) {
        Page page = visit("/checkout/" + order, 800);
        assertThat(page.locator("#submit")).isEnabled();
        return page;
    }

    private Page visit(String path, int width) {
        Page page = window(width);
        page.navigate(shop.url(path));
        return page;
    }

    private Page window(int width) {
        return browser.page(new com.microsoft.playwright.Browser.NewContextOptions().setViewportSize(width, 800));
    }

    private static void type(Page page, String number) {
        FrameLocator card = page.frameLocator("#element iframe");
        card.locator("#number").fill(number);
        card.locator("#expiry").fill("12 / 40");
        card.locator("#cvc").fill("123");
    }

    /** A double click: it must count as one. */
    private static void pay(Page page) {
        assertThat(page.locator("#submit")).isEnabled();
        page.locator("#submit").dblclick();
    }

    private static void authenticate(Page page, String button) {
        page.frameLocator("iframe[title='3D Secure']").getByText(button).click();
    }
}
