package io.payroutes.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.TestDatabase;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What PostgreSQL does in a rush that begins on a quiet table: many deliveries, and its statistics know of none to the ERP. */
class BooksPlanTest {
    @Test
    void theDeliveriesOfSomePaymentsAreFoundByThemHoweverManyThereAre() {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.POSTGRESQL)) {
            String delivery =
                    "INSERT INTO delivery (delivery_id, destination, kind, payment_id, sequence, state, due_at,"
                            + " attempts, created_at, payload) SELECT '%1$s' || i, '%1$s', 'k', 'pi_' || i, 20, 'delivered', NULL, 1,"
                            + " now(), '{}' FROM generate_series(1, 5000) i";
            database.jdbc().execute(delivery.formatted("mail"));
            database.jdbc().execute("ANALYZE delivery");
            database.jdbc().execute(delivery.formatted("erp"));

            Object payments = IntStream.range(0, 200).mapToObj(i -> "pi_" + i).toArray(String[]::new);

            assertThat(database
                            .jdbc()
                            .queryForList(
                                    "EXPLAIN " + BooksReader.DELIVERIES.replace("IN (%s)", "= ANY (?)"),
                                    String.class,
                                    payments)
                            .stream()
                            .collect(Collectors.joining("\n")))
                    .contains("delivery_payment")
                    .doesNotContain("Seq Scan", "delivery_destination");
        }
    }
}
