package io.payroutes.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.model.Charge;
import com.stripe.model.Event;
import com.stripe.model.PaymentIntent;
import com.stripe.model.StripeObject;
import com.stripe.net.Webhook;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SampleEventsTest {
    private static final long AT = EverySampleEvent.AT;
    private static final String SECRET = "whsec_test_secret";

    /** The types under these prefixes in Stripe's list of events. */
    private static final Set<String> TYPES = Set.of(
            "payment_intent.created",
            "payment_intent.requires_action",
            "payment_intent.processing",
            "payment_intent.amount_capturable_updated",
            "payment_intent.partially_funded",
            "payment_intent.succeeded",
            "payment_intent.payment_failed",
            "payment_intent.canceled",
            "charge.pending",
            "charge.succeeded",
            "charge.failed",
            "charge.captured",
            "charge.expired",
            "charge.updated",
            "charge.refunded",
            "charge.refund.updated",
            "refund.created",
            "refund.updated",
            "refund.failed",
            "charge.dispute.created",
            "charge.dispute.updated",
            "charge.dispute.closed",
            "charge.dispute.funds_withdrawn",
            "charge.dispute.funds_reinstated",
            "setup_intent.created",
            "setup_intent.requires_action",
            "setup_intent.succeeded",
            "setup_intent.setup_failed",
            "setup_intent.canceled",
            "payment_method.attached",
            "payment_method.detached",
            "payment_method.updated",
            "payment_method.automatically_updated",
            "payout.created",
            "payout.updated",
            "payout.paid",
            "payout.failed",
            "payout.canceled",
            "payout.reconciliation_completed",
            "checkout.session.completed",
            "checkout.session.async_payment_succeeded",
            "checkout.session.async_payment_failed",
            "checkout.session.expired",
            "radar.early_fraud_warning.created",
            "radar.early_fraud_warning.updated",
            "review.opened",
            "review.closed");

    @ParameterizedTest
    @EnumSource
    void stripesOwnLibraryAcceptsEveryEventOfEveryVersion(ApiVersion version) throws Exception {
        for (StripeEvent sample : EverySampleEvent.in(version)) {
            Event event = parsed(sample);
            assertThat(event.getId()).isEqualTo(sample.id());
            assertThat(event.getType()).isEqualTo(sample.type());
            assertThat(event.getCreated()).isEqualTo(sample.created());
            assertThat(event.getApiVersion()).isEqualTo(version.id());
            assertThat(event.getDataObjectDeserializer().deserializeUnsafe()).isNotNull();
        }
    }

    @Test
    void stripesOwnLibraryReadsWhatWasMeant() throws Exception {
        for (StripeEvent sample : EverySampleEvent.in(ApiVersion.DAHLIA)) {
            if (sample.type().equals("hovercraft.filled")) {
                continue;
            }
            JsonNode meant = Json.tree(sample.object());
            StripeObject object = parsed(sample).getDataObjectDeserializer().deserializeUnsafe();
            JsonNode read = Json.tree(object.toJson());
            for (String field : List.of("id", "object", "status", "amount", "amount_received", "amount_refunded")) {
                assertThat(read.path(field))
                        .as("%s of %s", field, sample.type())
                        .isEqualTo(meant.path(field));
            }
        }
    }

    @Test
    void nothingThatIsWrittenIsUnknownToTheLatestVersion() throws Exception {
        Set<String> unknown = new TreeSet<>();
        for (StripeEvent sample : EverySampleEvent.in(ApiVersion.DAHLIA)) {
            if (sample.type().equals("hovercraft.filled") || sample.json().contains("use_stripe_sdk")) {
                continue;
            }
            StripeObject object = parsed(sample).getDataObjectDeserializer().deserializeUnsafe();
            collectUnknown(sample.type(), Json.tree(sample.object()), Json.tree(object.toJson()), unknown);
        }
        assertThat(unknown).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyEventTypeCanBeMade(ApiVersion version) {
        assertThat(EverySampleEvent.in(version).stream().map(StripeEvent::type)).containsAll(TYPES);
    }

    @Test
    void theSameCallsGiveTheSameBytes() {
        assertThat(EverySampleEvent.in(ApiVersion.DAHLIA)).isEqualTo(EverySampleEvent.in(ApiVersion.DAHLIA));
    }

    @Test
    void differentEventsHaveDifferentIds() {
        List<StripeEvent> events = new ArrayList<>();
        for (ApiVersion version : ApiVersion.values()) {
            events.addAll(EverySampleEvent.in(version));
        }
        assertThat(events).extracting(StripeEvent::id).doesNotHaveDuplicates();
    }

    @Test
    void aTwinDiffersInItsIdOnly() {
        StripeEvent event = payment(ApiVersion.DAHLIA).succeeded(AT);
        StripeEvent twin = event.twin();
        assertThat(twin.id()).isNotEqualTo(event.id());
        assertThat(twin.withId(event.id())).isEqualTo(event);
    }

    @Test
    void theSignatureIsStripesGoldenOne() {
        byte[] body = "{\n  \"id\": \"evt_test_webhook\",\n  \"object\": \"event\"\n}".getBytes(StandardCharsets.UTF_8);
        assertThat(SignedEvent.header(body, SECRET, 1_492_774_577L))
                .isEqualTo("t=1492774577,v1=c2f890decbc5ede7c5060bb9a6d31e0626a4342bacb9aeae2adb1bcea72f9812");
        assertThat(SignedEvent.signature(new byte[0], SECRET, 1_700_000_000L))
                .isEqualTo("316b9ab98c15bfa039d243f3196acee619cf29749a91a634e6a8154e2f7b6727");
    }

    @Test
    void editsChangeWhatTheyNameAndNothingElse() {
        StripeEvent event = payment(ApiVersion.DAHLIA).succeeded(AT);
        StripeEvent edited = event.with("/data/object/amount", "abc");
        assertThat(tree(edited).at("/data/object/amount").asText()).isEqualTo("abc");
        assertThat(edited.with("/data/object/amount", 4900)).isEqualTo(event);
        assertThat(tree(event.without("/api_version")).has("api_version")).isFalse();
        assertThat(event.with("/id", "evt_other").id()).isEqualTo("evt_other");
        assertThat(event.with("/data/object/payment_method_types/0", null).json())
                .contains("null");
        assertThatThrownBy(() -> event.with("/no/such/place", 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void eachEraNamesTheStatusInItsOwnWay() {
        assertThat(status(payment(ApiVersion.V2018_11_08).created(AT))).isEqualTo("requires_source");
        assertThat(status(payment(ApiVersion.V2019_02_11).created(AT))).isEqualTo("requires_payment_method");
        JsonNode oldest = object(payment(ApiVersion.V2017_08_15).requiresAction("redirect_to_url", AT));
        assertThat(oldest.path("status").asText()).isEqualTo("requires_source_action");
        assertThat(oldest.at("/next_source_action/type").asText()).isEqualTo("authorize_with_url");
        assertThat(oldest.at("/next_source_action/authorize_with_url/url").asText())
                .startsWith("https://");
        assertThat(oldest.has("next_action")).isFalse();
        assertThat(oldest.at("/allowed_source_types/0").asText()).isEqualTo("card");
        JsonNode between = object(payment(ApiVersion.V2018_11_08).requiresAction("redirect_to_url", AT));
        assertThat(between.path("next_action")).isEqualTo(between.path("next_source_action"));
    }

    @Test
    void theChargeIsListedBeforeItIsNamed() {
        StripePayment old = payment(ApiVersion.V2022_08_01);
        JsonNode listed = object(old.succeeded(AT));
        assertThat(listed.at("/charges/data/0/id").asText()).isEqualTo(old.chargeId());
        assertThat(listed.at("/charges/data/0/balance_transaction").asText()).startsWith("txn_");
        assertThat(listed.has("latest_charge")).isFalse();
        JsonNode named = object(payment(ApiVersion.V2022_11_15).succeeded(AT));
        assertThat(named.path("latest_charge").asText()).isEqualTo(old.chargeId());
        assertThat(named.has("charges")).isFalse();
    }

    @Test
    void asynchronousCaptureBooksLater() {
        StripePayment payment = payment(ApiVersion.V2024_04_10);
        assertThat(object(payment.chargeSucceeded(AT))
                        .path("balance_transaction")
                        .isNull())
                .isTrue();
        assertThat(object(payment.chargeUpdated(AT + 60))
                        .path("balance_transaction")
                        .asText())
                .startsWith("txn_");
        assertThat(object(payment(ApiVersion.V2023_10_16).chargeSucceeded(AT))
                        .path("balance_transaction")
                        .asText())
                .startsWith("txn_");
    }

    @Test
    void whatIsNotCapturedIsRefundedBeforeBasilOnly() {
        for (Map.Entry<ApiVersion, List<Long>> expected : Map.of(
                        ApiVersion.V2024_04_10,
                        List.of(1900L, 2900L, 4900L),
                        ApiVersion.BASIL,
                        List.of(0L, 1000L, 3000L))
                .entrySet()) {
            StripePayment payment = payment(expected.getKey()).manualCapture().capturing(3000);
            JsonNode captured = object(payment.chargeCaptured(AT));
            JsonNode part = object(payment.chargeRefunded(1000, AT));
            JsonNode all = object(payment.chargeRefunded(3000, AT));
            assertThat(List.of(captured, part, all))
                    .extracting(charge -> charge.path("amount_refunded").asLong())
                    .isEqualTo(expected.getValue());
            assertThat(List.of(captured, part, all))
                    .extracting(charge -> charge.path("refunded").asBoolean())
                    .containsExactly(false, false, true);
        }
        assertThatThrownBy(() -> payment(ApiVersion.BASIL).chargeRefundedByRelease(AT))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anAuthenticationFailureHasNoChargeOfItsOwn() throws Exception {
        StripeEvent event = payment(ApiVersion.DAHLIA).authenticationFailed(2, 1, AT);
        PaymentIntent intent =
                (PaymentIntent) parsed(event).getDataObjectDeserializer().deserializeUnsafe();
        assertThat(intent.getLastPaymentError().getCharge()).isNull();
        assertThat(intent.getLastPaymentError().getDeclineCode()).isNull();
        assertThat(intent.getLatestCharge()).endsWith("_1");
    }

    @Test
    void eachAttemptHasItsOwnCharge() throws Exception {
        StripePayment payment = payment(ApiVersion.DAHLIA);
        Charge first = (Charge) parsed(payment.chargeFailed("insufficient_funds", 1, AT))
                .getDataObjectDeserializer()
                .deserializeUnsafe();
        Charge second = (Charge) parsed(payment.attempt(2).chargeSucceeded(AT))
                .getDataObjectDeserializer()
                .deserializeUnsafe();
        assertThat(first.getId()).isNotEqualTo(second.getId());
        assertThat(first.getOutcome().getReason()).isEqualTo("insufficient_funds");
        assertThat(second.getPaid()).isTrue();
    }

    @Test
    void aConnectedAccountAndTheModeAreNamed() {
        Endpoint endpoint =
                Endpoint.of(ApiVersion.DAHLIA).account("acct_demo_1").livemode(true);
        for (StripeEvent event : EverySampleEvent.in(endpoint)) {
            assertThat(tree(event).path("account").asText()).isEqualTo("acct_demo_1");
            assertThat(tree(event).path("livemode").asBoolean()).isTrue();
        }
        assertThat(tree(payment(ApiVersion.DAHLIA).created(AT)).has("account")).isFalse();
    }

    @Test
    void theRequestIsAStringInTheOldestEventsOnly() {
        assertThat(tree(payment(ApiVersion.V2017_04_06).created(AT))
                        .path("request")
                        .isTextual())
                .isTrue();
        assertThat(tree(payment(ApiVersion.V2017_08_15).created(AT))
                        .path("request")
                        .isObject())
                .isTrue();
    }

    private static void collectUnknown(String path, JsonNode written, JsonNode read, Set<String> unknown) {
        Set<String> names = new HashSet<>();
        read.fieldNames().forEachRemaining(names::add);
        for (Map.Entry<String, JsonNode> field : written.properties()) {
            String at = path + "/" + field.getKey();
            JsonNode value = field.getValue();
            // The library leaves nulls and free-form maps out of what it writes.
            if (value.isNull() || (value.isContainerNode() && value.isEmpty())) {
                continue;
            }
            if (!names.contains(field.getKey())) {
                unknown.add(at);
            } else if (value.isObject()) {
                collectUnknown(at, value, read.path(field.getKey()), unknown);
            }
        }
    }

    private static Event parsed(StripeEvent event) throws Exception {
        long now = System.currentTimeMillis() / 1000;
        return Webhook.constructEvent(event.json(), SignedEvent.header(event.body(), SECRET, now), SECRET);
    }

    private static StripePayment payment(ApiVersion version) {
        return EverySampleEvent.payment(Endpoint.of(version));
    }

    private static String status(StripeEvent event) {
        return object(event).path("status").asText();
    }

    private static JsonNode object(StripeEvent event) {
        return tree(event).at("/data/object");
    }

    private static JsonNode tree(StripeEvent event) {
        return Json.tree(event.json());
    }
}
