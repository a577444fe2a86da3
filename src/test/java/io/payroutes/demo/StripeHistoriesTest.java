package io.payroutes.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StripeHistoriesTest {
    private static final StripeHistories HISTORIES = StripeHistories.generate(42, 300);

    @Test
    void theSameSeedGivesTheSameEvents() {
        assertThat(StripeHistories.generate(7, 20).events())
                .isEqualTo(StripeHistories.generate(7, 20).events());
        assertThat(StripeHistories.generate(7, 20).events())
                .isNotEqualTo(StripeHistories.generate(8, 20).events());
        assertThat(HISTORIES.permuted(1)).isEqualTo(HISTORIES.permuted(1));
    }

    @Test
    void aPermutationHasEveryEventAndSomeTwice() {
        List<StripeEvent> events = HISTORIES.events();
        List<StripeEvent> permuted = HISTORIES.permuted(3);
        assertThat(new HashSet<>(permuted)).isEqualTo(new HashSet<>(events));
        assertThat(permuted).hasSizeGreaterThan(events.size());
    }

    @Test
    void noTwoEventsShareAnId() {
        assertThat(HISTORIES.events()).extracting(StripeEvent::id).doesNotHaveDuplicates();
    }

    @Test
    void timeRunsForward() {
        for (History history : HISTORIES.histories()) {
            assertThat(history.events()).extracting(StripeEvent::created).isSorted();
        }
    }

    @Test
    void whatIsExpectedIsWhatTheLastPaymentIntentSays() {
        for (History history : HISTORIES.histories()) {
            JsonNode intent = Json.tree(history.paymentIntent());
            Expectation expected = history.expectation();
            ApiVersion version = history.payment().endpoint().version();
            assertThat(intent.path("id").asText()).isEqualTo(expected.payment());
            assertThat(intent.path("status").asText()).isEqualTo(version.status(expected.status()));
            assertThat(intent.path("amount_received").asLong()).isEqualTo(expected.received());
        }
    }

    @Test
    void everyFailedAttemptIsReportedUnderItsOwnPaymentMethod() {
        for (History history : HISTORIES.histories()) {
            Set<String> attempts = history.events().stream()
                    .filter(event -> event.type().equals("payment_intent.payment_failed"))
                    .map(event -> Json.tree(event.json()).at("/data/object/last_payment_error"))
                    .map(error -> error.at("/payment_method/id").asText("")
                            + error.at("/source/id").asText(""))
                    .collect(Collectors.toSet());
            assertThat(attempts).hasSize(history.expectation().failedAttempts());
        }
    }

    @Test
    void aPaymentIntentNamesOnlyChargesThatWereReported() {
        for (History history : HISTORIES.histories()) {
            Set<String> charges = history.events().stream()
                    .filter(event -> event.type().startsWith("charge."))
                    .map(event -> Json.tree(event.json()).at("/data/object"))
                    .filter(object -> object.path("object").asText().equals("charge"))
                    .map(charge -> charge.path("id").asText())
                    .collect(Collectors.toSet());
            for (StripeEvent event : history.events()) {
                JsonNode object = Json.tree(event.json()).at("/data/object");
                String latest = object.path("latest_charge").asText("")
                        + object.at("/charges/data/0/id").asText("");
                if (event.type().startsWith("payment_intent.") && !latest.isEmpty() && !latest.equals("null")) {
                    assertThat(charges).contains(latest);
                }
            }
        }
    }

    @Test
    void everyPathIsTaken() {
        assertThat(HISTORIES.expectations())
                .extracting(Expectation::status)
                .contains(
                        "requires_payment_method",
                        "requires_action",
                        "processing",
                        "requires_capture",
                        "canceled",
                        "succeeded");
        assertThat(HISTORIES.expectations())
                .extracting(Expectation::dispute)
                .contains("won", "lost", "needs_response", "warning_closed");
        assertThat(HISTORIES.expectations()).anyMatch(Expectation::fullyRefunded);
        assertThat(HISTORIES.expectations())
                .anyMatch(expectation -> expectation.refunded() > 0 && !expectation.fullyRefunded());
        assertThat(HISTORIES.expectations()).anyMatch(expectation -> expectation.failedAttempts() > 1);
        assertThat(HISTORIES.histories())
                .extracting(history -> history.payment().endpoint().version())
                .contains(ApiVersion.values());
    }
}
