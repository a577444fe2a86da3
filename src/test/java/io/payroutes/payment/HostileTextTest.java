package io.payroutes.payment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.payroutes.Inflow;
import io.payroutes.OnEachDatabase;
import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import io.payroutes.demo.ApiVersion;
import io.payroutes.demo.Dispute;
import io.payroutes.demo.Refund;
import io.payroutes.demo.StripeEvent;
import io.payroutes.demo.StripePayment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever stands in an event: it is handled or put aside with a reason, but never tried again and again. */
@OnEachDatabase
class HostileTextTest {
    private static final long T = 1_767_225_600L;
    /** Escapes what is not ASCII, half characters too: that is how they can come in valid UTF-8. */
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static final List<String> TEXTS = List.of(
            "nul \0 and \1 and \u009f",
            "half \ud83d a character",
            "the other half \udc00",
            "🎉".repeat(600),
            "a" + "🎉".repeat(600), // whatever even length it is cut at, that is in the middle of one
            "x".repeat(3000),
            "\u202eevil\u2066 \u05d0\u05d1 \u0627\u0644",
            "'; DROP TABLE payment; -- \" \\ %s ${body} {{stripe.api-key}} #{1} <b>&amp;",
            "\r\nBcc: everybody@example.com\r\n",
            " ",
            "");

    private static RunningPayroutes payroutes;
    private final TestDatabase database;
    private final Inflow inflow;

    HostileTextTest(TestDatabase database) {
        this.database = database;
        this.inflow = new Inflow(payroutes, database);
    }

    @BeforeParameterizedClassInvocation
    static void start(TestDatabase database) {
        payroutes = RunningPayroutes.on(database)
                .with("reconciliation.first-sweep", "1h")
                .with("fulfillment.on-processing", "always")
                .with("capture.policy", "automatic")
                .start();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        payroutes.close();
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    static List<StripeEvent> events() {
        StripePayment payment = StripePayment.of("pi_1", 4900, "jpy")
                .order("1001")
                .language("ja")
                .customer("cus_1")
                .customerName("Jenny Rosen")
                .receiptEmail("jenny@example.com")
                .description("2 × Notebook")
                .account("acct_1");
        StripePayment old = payment.version(ApiVersion.V2022_08_01);
        Refund refund = new Refund(1, 900, T);
        return List.of(
                payment.paymentFailed("insufficient_funds", 1, T),
                old.paymentFailed("insufficient_funds", 1, T),
                payment.version(ApiVersion.V2017_04_06).paymentFailed("insufficient_funds", 1, T),
                payment.requiresAction("konbini_display_details", T),
                payment.requiresAction("redirect_to_url", T),
                payment.partiallyFunded(900, T),
                old.processing(T),
                payment.manualCapture().amountCapturableUpdated(4900, 0, T),
                old.succeeded(T),
                payment.canceled("abandoned", T),
                old.chargeRefunded(900, T),
                payment.chargeFailed("insufficient_funds", 1, T),
                payment.refundUpdated(refund, "failed", T),
                payment.disputeCreated(Dispute.of(4900, T), T),
                payment.earlyFraudWarningCreated(T),
                payment.reviewClosed("approved", T));
    }

    @ParameterizedTest
    @MethodSource("events")
    void noTextInAnyFieldOfAnEventIsTooMuch(StripeEvent event) throws JsonProcessingException {
        List<StripeEvent> hostile = new ArrayList<>();
        List<JsonPointer> fields = new ArrayList<>();
        JsonNode tree = JSON.readTree(event.json());
        collect(tree.at("/data/object"), JsonPointer.compile("/data/object"), fields);
        fields.add(JsonPointer.compile("/api_version"));
        fields.add(JsonPointer.compile("/account"));
        fields.add(JsonPointer.compile("/request"));
        for (JsonPointer field : fields) {
            for (String text : TEXTS) {
                ObjectNode changed = tree.deepCopy();
                ObjectNode parent = (ObjectNode) changed.at(field.head());
                parent.put(field.last().getMatchingProperty(), text);
                hostile.add(numbered(changed, hostile.size()));
            }
        }
        for (String text : TEXTS) {
            ObjectNode changed = tree.deepCopy();
            for (JsonPointer field : fields) {
                if (!List.of("id", "object", "status", "currency")
                        .contains(field.last().getMatchingProperty())) {
                    ((ObjectNode) changed.at(field.head())).put(field.last().getMatchingProperty(), text);
                }
            }
            hostile.add(numbered(changed, hostile.size()));
        }
        inflow.takeTogether(hostile);
        assertThat(troubles()).isEmpty();
        assertThat(database.jdbc()
                        .queryForObject("SELECT count(*) FROM stripe_event WHERE state = 'handled'", Integer.class))
                .isGreaterThan(hostile.size() / 2);
    }

    @Test
    void aDescriptionOfAHundredThousandCharactersIsCutShort() {
        StripePayment payment = StripePayment.of("pi_1", 4900, "jpy").description("長".repeat(100_000));
        inflow.take(
                payment.paymentFailed("insufficient_funds", 1, T),
                payment.attempt(2).succeeded(T + 1));
        assertThat(troubles()).isEmpty();
        assertThat(database.jdbc().queryForObject("SELECT description FROM payment", String.class))
                .isEqualTo("長".repeat(500));
    }

    @Test
    void aTextIsCutBetweenCharacters() {
        StripePayment payment = StripePayment.of("pi_1", 4900, "jpy").description("a" + "🎉".repeat(400));
        inflow.take(payment.succeeded(T));
        assertThat(troubles()).isEmpty();
        assertThat(database.jdbc().queryForObject("SELECT description FROM payment", String.class))
                .isEqualTo("a" + "🎉".repeat(249));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pi/../../1", "pi_'1", "pi_\"1\"", "pi_1?a=b&c#d", "pi_%2e%2e\\", "${body}", "{{x}}"})
    void anIdOfAnyVisibleCharactersIsAnId(String id) {
        StripePayment payment = StripePayment.of(id, 4900, "jpy").receiptEmail("jenny@example.com");
        inflow.take(
                payment.paymentFailed("insufficient_funds", 1, T),
                payment.manualCapture().attempt(2).amountCapturableUpdated(4900, 0, T + 1),
                payment.manualCapture().attempt(2).succeeded(T + 2),
                payment.attempt(2).chargeRefunded(4900, T + 3));
        assertThat(troubles()).isEmpty();
        assertThat(inflow.toldErp(id))
                .containsExactly("payment.capturable", "fulfillment.requested", "fulfillment.canceled");
    }

    @Test
    void anIdAsLongAsStripeAllowsIsAnId() {
        String id = "pi_" + "1".repeat(252);
        StripePayment payment = StripePayment.of("pi_1", 4900, "jpy").receiptEmail("jenny@example.com");
        inflow.take(
                payment.paymentFailed("insufficient_funds", 1, T).with("/data/object/id", id),
                payment.requiresAction("redirect_to_url", T + 1).with("/data/object/id", id),
                payment.partiallyFunded(900, T + 2).with("/data/object/id", id),
                payment.processing(T + 3).with("/data/object/id", id),
                payment.earlyFraudWarningCreated(T + 4).with("/data/object/payment_intent", id),
                payment.succeeded(T + 5).with("/data/object/id", id));
        assertThat(troubles()).isEmpty();
        assertThat(inflow.deliveries(id)).hasSize(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e99999999999", "-1e-99999999999", "1e400", "0.1", "99999999999999999999999999"})
    void noNumberIsTooMuch(String number) {
        StripeEvent event = StripePayment.of("pi_1", 4900, "jpy").succeeded(T);
        List<StripeEvent> events = new ArrayList<>();
        for (String field : List.of("created", "application_fee_amount", "canceled_at", "livemode")) {
            String json = event.json().replaceFirst("\"" + field + "\": [^,\n]+", "\"" + field + "\": " + number);
            assertThat(json).isNotEqualTo(event.json());
            events.add(new StripeEvent("evt_" + field, event.type(), T, json.replace(event.id(), "evt_" + field)));
        }
        inflow.takeTogether(events);
        assertThat(troubles()).isEmpty();
    }

    private List<Map<String, Object>> troubles() {
        return database.jdbc()
                .queryForList("SELECT event_id, event_type, state, reason, attempts FROM stripe_event"
                        + " WHERE state NOT IN ('handled', 'parked') OR attempts <> 1");
    }

    private static StripeEvent numbered(ObjectNode event, int number) throws JsonProcessingException {
        String id = "evt_" + number;
        event.put("id", id);
        return new StripeEvent(id, event.path("type").asText(), T, JSON.writeValueAsString(event));
    }

    /** Every field that is a text, or could be one, of objects at any depth. */
    private static void collect(JsonNode node, JsonPointer at, List<JsonPointer> found) {
        node.properties().forEach(field -> {
            JsonPointer here = at.appendProperty(field.getKey());
            if (field.getValue().isContainerNode()) {
                collect(field.getValue(), here, found);
            } else if (field.getValue().isTextual() || field.getValue().isNull()) {
                found.add(here);
            }
        });
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            collect(node.get(i), at.appendIndex(i), found);
        }
    }
}
