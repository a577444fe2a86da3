package io.payroutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.payroutes.demo.StripeEvent;
import io.payroutes.demo.StripePayment;
import io.payroutes.inbox.InboxWriter;
import io.payroutes.webhook.EventEnvelope;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Laws 1, 3 and 5 beyond the handling of an event: wherever a connection breaks in the intake, a claim, a delivery or the
 * check of the books, one of the statements is done or none, and in the end everything is there as if nothing had been.
 */
@OnEachDatabase
class CrashPointsTest {
    private static final long T = 1_767_225_600L;
    private static final Duration LEASE = Duration.ofSeconds(400);
    private static final int MORE_THAN_ANY_PART_TAKES = 60;
    /** Polling goes on for ever: its first statements are those that find something. */
    private static final int POLLS = 8;

    private static final String CLAIMS = "PromptPolling";
    /** By a part of their threads' names: the intake, the claims, the deliveries to the ERP, the mails, the books. */
    private static final List<String> PARTS =
            List.of("inbox-writer", CLAIMS, "seda://erp-deliveries", "seda://mail-deliveries", "changed-payments");

    private static final StripePayment PAYMENT = StripePayment.of("pi_1", 4900, "jpy")
            .order("1001")
            .receiptEmail("jenny@example.com")
            .language("ja");

    private final TestDatabase database;
    private final SettableClock clock = new SettableClock(Instant.ofEpochSecond(T + 60));
    private final GreenMail mail = new GreenMail(new ServerSetup(0, "localhost", ServerSetup.PROTOCOL_SMTP));

    CrashPointsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void startMail() {
        mail.start();
    }

    @AfterEach
    void stopMail() {
        mail.stop();
    }

    @Test
    void theEndIsTheSameWhereverAConnectionBreaks() throws Exception {
        database.clear();
        try (BreakingConnections connections = new BreakingConnections("nobody's");
                FaultyErp erp = new FaultyErp();
                RunningPayroutes payroutes = start(erp)) {
            End undisturbed = liveThrough(payroutes, erp);
            assertThat(undisturbed.messages()).contains("ful_pi_1");
            assertThat(undisturbed.mails()).hasSize(2);
            for (String part : PARTS) {
                for (boolean afterwards : List.of(false, true)) {
                    connections.countStepsOf(part);
                    int broken = 0;
                    boolean isLast = false;
                    while (!isLast && broken < MORE_THAN_ANY_PART_TAKES) {
                        connections.breakAt(broken + 1, afterwards, false);
                        End end = liveThrough(payroutes, erp);
                        isLast = !connections.hasBroken() || (part.equals(CLAIMS) && broken == POLLS);
                        connections.heal();
                        assertThat(end)
                                .as("%s, %s step %d", part, afterwards ? "after" : "before", broken + 1)
                                .isEqualTo(undisturbed);
                        broken++;
                    }
                    assertThat(broken).as(part).isBetween(2, MORE_THAN_ANY_PART_TAKES - 1);
                }
            }
        }
    }

    /** What is there when all is done. */
    private record End(Map<String, List<String>> rows, Set<String> messages, Set<String> changed, Set<String> mails) {}

    private RunningPayroutes start(FaultyErp erp) {
        return RunningPayroutes.on(database)
                .with(
                        "database.url",
                        BreakingConnections.url(database.settings().getOrDefault("database.url", "")))
                .bind("clock", clock)
                .with("erp.url", erp.url())
                .with("mail.host", "localhost")
                .with("mail.port", mail.getSmtp().getPort())
                .with("mail.tls", "none")
                .with("mail.from", "shop@example.com")
                .with("mail.payment-failed.delay", "0s")
                .with("inbox.lease", LEASE.toSeconds() + "s")
                .with("inbox.retry.maximum", "30s")
                .with("delivery.lease", LEASE.toSeconds() + "s")
                .with("delivery.retry.maximum", "30s")
                .with("inbox.poll", "5ms")
                .with("delivery.poll", "5ms")
                .with("reconciliation.poll", "10ms")
                .with("reconciliation.first-sweep", "1h")
                .with("reconciliation.run-poll", "1h")
                .start();
    }

    /** A payment that fails and then is made; Stripe sends again what it got no 200 for. */
    private End liveThrough(RunningPayroutes payroutes, FaultyErp erp) throws Exception {
        database.clear();
        mail.purgeEmailFromAllMailboxes();
        erp.forget();
        for (StripeEvent event : List.of(
                PAYMENT.paymentFailed("insufficient_funds", 1, T),
                PAYMENT.attempt(2).succeeded(T + 1))) {
            while (!isAccepted(payroutes, event)) {
                clock.advance(Duration.ofSeconds(1));
            }
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> {
                        if (payroutes.isAtRest()) {
                            clock.advance(LEASE.dividedBy(40));
                        }
                        return database.jdbc()
                                .queryForList("SELECT event_id FROM stripe_event WHERE due_at IS NOT NULL"
                                        + " UNION ALL SELECT delivery_id FROM delivery WHERE due_at IS NOT NULL"
                                        + " UNION ALL SELECT payment_id FROM payment WHERE check_at IS NOT NULL")
                                .isEmpty();
                    });
        }
        return new End(rows(), erp.keys(""), Set.copyOf(erp.changed()), mails());
    }

    private static boolean isAccepted(RunningPayroutes payroutes, StripeEvent event) throws Exception {
        try {
            payroutes
                    .bean("intake", InboxWriter.class)
                    .accept(EventEnvelope.parse(event.body()))
                    .get();
            return true;
        } catch (ExecutionException e) {
            return false;
        }
    }

    private Map<String, List<String>> rows() {
        Map<String, List<String>> rows = new TreeMap<>();
        rows.put("event", list("SELECT event_id, state FROM stripe_event"));
        rows.put("payment", list("SELECT * FROM payment"));
        rows.put("charge", list("SELECT * FROM charge"));
        rows.put("transition", list("SELECT * FROM payment_transition"));
        rows.put("delivery", list("SELECT delivery_id, kind, state, sequence, payload FROM delivery"));
        return rows;
    }

    private List<String> list(String sql) {
        return database.jdbc().queryForList(sql).stream()
                .map(Map::toString)
                .sorted()
                .toList();
    }

    /** A mail that was sent and not noted is sent again, under the same id. */
    private Set<String> mails() throws MessagingException {
        Set<String> ids = new TreeSet<>();
        for (MimeMessage message : mail.getReceivedMessages()) {
            ids.add(message.getMessageID());
        }
        return ids;
    }
}
