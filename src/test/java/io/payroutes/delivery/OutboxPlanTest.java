package io.payroutes.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What PostgreSQL does in an outage that begins after a long quiet time: many wait, and its statistics know of none. */
class OutboxPlanTest {
    private TestDatabase database;

    @BeforeEach
    void fill() {
        database = TestDatabase.open(TestDatabase.Kind.POSTGRESQL);
        String delivery = "INSERT INTO delivery (delivery_id, destination, kind, payment_id, sequence, state, due_at,"
                + " attempts, created_at, payload) SELECT '%1$s' || i, 'erp', 'k', 'pi_%1$s' || i, 20, '%2$s', %3$s, 1,"
                + " now(), '{}' FROM generate_series(1, 5000) i";
        database.jdbc().execute(delivery.formatted("old", "delivered", "NULL"));
        database.jdbc().execute("ANALYZE delivery");
        database.jdbc().execute(delivery.formatted("new", "pending", "now()"));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aDeliveryIsFinishedByItsIdHoweverManyWait() {
        assertThat(plan("UPDATE delivery SET due_at = NULL" + Deliveries.HELD, "new1", 1))
                .contains("delivery_pkey")
                .doesNotContain("Seq Scan", "delivery_due");
    }

    @ParameterizedTest
    @ValueSource(strings = {"erp", "mail", "stripe"})
    void aClaimReadsTheWaitingOnesInTheirOrderAndNothingElse(String destination) throws IOException {
        String claim = Files.readString(Path.of("config/sql/postgresql/claim-" + destination + "-deliveries.sql"))
                .replaceAll("(?m)^--.*$", "")
                .replaceAll(":#\\$\\{bean:node\\.id}", "1")
                .replaceAll(":#\\$\\{bean:[a-z]+Outbox\\.batch}", "50")
                .replaceAll(":#\\$\\{bean:[a-z]+Outbox\\.(now|leaseEnd)}", "now()");
        assertThat(plan(claim))
                .contains("delivery_due", "delivery_payment", "delivery_pkey")
                .doesNotContain("Seq Scan", "Hash", "Bitmap", "Sort");
    }

    private String plan(String sql, Object... parameters) {
        return database.jdbc().queryForList("EXPLAIN " + sql, String.class, parameters).stream()
                .collect(Collectors.joining("\n"));
    }
}
