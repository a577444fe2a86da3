package io.payroutes.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.OnEachDatabase;
import io.payroutes.SettableClock;
import io.payroutes.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a node had that is gone is due again; what a living one has is not. */
@OnEachDatabase
class NodeTest {
    private static final Instant NOW = Instant.parse("2026-11-02T10:00:00Z");
    private static final int PATIENCE = 3;
    /** Of a machine that nobody here sees. */
    private static final String ELSEWHERE = "another boot\nhost\npid:[1]\nroot\n1\n1";

    private final TestDatabase database;
    private final SettableClock clock = new SettableClock(NOW);
    private final AtomicInteger told = new AtomicInteger();

    NodeTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @Test
    void whatANodeHadThatStoppedCountingIsDueButForItsMails() {
        Node here = node();
        int gone = other(ELSEWHERE);
        event("evt_1", gone, NOW.plusSeconds(60));
        delivery("ful_1", "erp", gone, NOW.plusSeconds(130));
        delivery("cap_1", "stripe", gone, NOW.plusSeconds(600));
        delivery("mail_1", "mail", gone, NOW.plusSeconds(600));

        beat(here, PATIENCE);
        assertThat(dueOfEvent("evt_1")).isEqualTo(NOW.plusSeconds(60));
        assertThat(told).hasValue(0);

        here.beat();
        assertThat(dueOfEvent("evt_1")).isEqualTo(NOW);
        assertThat(dueOf("ful_1")).isEqualTo(NOW);
        assertThat(dueOf("cap_1")).isEqualTo(NOW);
        assertThat(dueOf("mail_1")).isEqualTo(NOW.plusSeconds(600));
        assertThat(nodes()).isEqualTo(1);
        assertThat(told).hasValue(1);
    }

    @Test
    void whatANodeHasThatCountsIsItsOwnHoweverLongItTakes() {
        Node here = node();
        Node other = node();
        for (int i = 0; i < 5 * PATIENCE; i++) {
            here.beat();
            if (i % PATIENCE == 0) {
                other.beat();
            }
            event("evt_" + i, Objects.requireNonNull(other.id()), NOW.plusSeconds(60));
        }
        assertThat(nodes()).isEqualTo(2);
        assertThat(due(NOW)).isZero();
    }

    @Test
    void aNodeWhoseProcessHasEndedIsGoneAtOnceAndItsMailsAreDueAsWell() {
        Node here = node();
        int gone = other(ProcessMark.own().text() + "0");
        event("evt_1", gone, NOW.plusSeconds(60));
        delivery("mail_1", "mail", gone, NOW.plusSeconds(600));

        here.beat();
        assertThat(dueOfEvent("evt_1")).isEqualTo(NOW);
        assertThat(dueOf("mail_1")).isEqualTo(NOW);
    }

    @Test
    void whatWaitsForItsNextAttemptOrIsSomebodyElsesStaysAsItIs() {
        Node here = node();
        here.beat();
        int gone = other(ProcessMark.own().text() + "0");
        int living = other(ELSEWHERE);
        event("evt_retry", null, NOW.plusSeconds(30));
        event("evt_living", living, NOW.plusSeconds(60));
        event("evt_own", Objects.requireNonNull(here.id()), NOW.plusSeconds(60));
        event("evt_gone", gone, NOW.plusSeconds(60));
        delivery("mail_delayed", "mail", null, NOW.plus(Duration.ofMinutes(15)));

        here.beat();
        assertThat(due(NOW)).isEqualTo(1);
        assertThat(dueOfEvent("evt_gone")).isEqualTo(NOW);
        assertThat(dueOf("mail_delayed")).isEqualTo(NOW.plus(Duration.ofMinutes(15)));
    }

    @Test
    void aNodeThatWasTakenForGoneIsAnotherOneFromThenOn() {
        Node here = node();
        here.beat();
        Integer before = here.id();
        database.jdbc().update("DELETE FROM node");
        here.beat();
        assertThat(here.id()).isNotNull().isNotEqualTo(before);
        assertThat(nodes()).isEqualTo(1);
    }

    @Test
    void ofTwoThatSeeItOneTakesOver() {
        Node one = node();
        Node two = node();
        one.beat();
        two.beat();
        event("evt_1", other(ProcessMark.own().text() + "0"), NOW.plusSeconds(60));
        one.beat();
        two.beat();
        assertThat(told).hasValue(1);
        assertThat(nodes()).isEqualTo(2);
    }

    /** As a node does that was cut off in the middle of it, for as long as the database does not know. */
    @Test
    @Timeout(60)
    void nobodyWaitsForATransactionThatIsStillOpen() throws SQLException {
        Node here = node();
        int gone = other(ProcessMark.own().text() + "0");
        event("evt_open", gone, NOW.plusSeconds(60));
        event("evt_free", gone, NOW.plusSeconds(60));
        try (Connection cutOff = database.database().dataSource().getConnection()) {
            cutOff.setAutoCommit(false);
            try (Statement statement = cutOff.createStatement()) {
                statement.executeUpdate("UPDATE stripe_event SET reason = 'x' WHERE event_id = 'evt_open'");
                here.beat();
                assertThat(dueOfEvent("evt_free")).isEqualTo(NOW);
                assertThat(dueOfEvent("evt_open")).isEqualTo(NOW.plusSeconds(60));
            } finally {
                cutOff.rollback();
            }
        }
    }

    @Test
    void anEndInOrderLeavesNothingToWaitFor() {
        Node here = node();
        here.beat();
        event("evt_1", Objects.requireNonNull(here.id()), NOW.plusSeconds(60));
        delivery("mail_1", "mail", Objects.requireNonNull(here.id()), NOW.plusSeconds(600));
        here.close();
        here.beat();
        assertThat(nodes()).isZero();
        assertThat(dueOfEvent("evt_1")).isEqualTo(NOW);
        assertThat(dueOf("mail_1")).isEqualTo(NOW);
    }

    private Node node() {
        return new Node(database.jdbc(), database.transaction(), clock, PATIENCE, told::incrementAndGet);
    }

    private static void beat(Node node, int times) {
        for (int i = 0; i < times; i++) {
            node.beat();
        }
    }

    private int other(String process) {
        int id = 1000 + nodes();
        database.jdbc()
                .update(
                        "INSERT INTO node (node_id, process, beats, started_at) VALUES (?, ?, 7, ?)",
                        id,
                        process,
                        NOW.atOffset(ZoneOffset.UTC));
        return id;
    }

    private int nodes() {
        return Objects.requireNonNull(database.jdbc().queryForObject("SELECT COUNT(*) FROM node", Integer.class));
    }

    private int due(Instant at) {
        return Objects.requireNonNull(database.jdbc()
                .queryForObject(
                        "SELECT COUNT(*) FROM stripe_event WHERE due_at = ?",
                        Integer.class,
                        at.atOffset(ZoneOffset.UTC)));
    }

    private Instant dueOfEvent(String id) {
        return time("SELECT due_at FROM stripe_event WHERE event_id = ?", id);
    }

    private Instant dueOf(String id) {
        return time("SELECT due_at FROM delivery WHERE delivery_id = ?", id);
    }

    private Instant time(String sql, String id) {
        return Objects.requireNonNull(database.jdbc().queryForObject(sql, java.time.OffsetDateTime.class, id))
                .toInstant();
    }

    private void event(String id, @Nullable Integer node, Instant due) {
        database.jdbc()
                .update(
                        "INSERT INTO stripe_event (event_id, event_type, received_at, state, attempts, due_at, claimed_by,"
                                + " payload) VALUES (?, 'x', ?, 'received', 1, ?, ?, '{}')",
                        id,
                        NOW.atOffset(ZoneOffset.UTC),
                        due.atOffset(ZoneOffset.UTC),
                        node);
    }

    private void delivery(String id, String destination, @Nullable Integer node, Instant due) {
        database.jdbc()
                .update(
                        "INSERT INTO delivery (delivery_id, destination, kind, sequence, state, due_at, attempts, created_at,"
                                + " claimed_by, payload) VALUES (?, ?, 'x', 1, 'pending', ?, 1, ?, ?, '{}')",
                        id,
                        destination,
                        due.atOffset(ZoneOffset.UTC),
                        NOW.atOffset(ZoneOffset.UTC),
                        node);
    }
}
