package io.payroutes.reconciliation;

import io.payroutes.delivery.DeliveryState;
import io.payroutes.reconciliation.PaymentBooks.Charge;
import io.payroutes.reconciliation.PaymentBooks.Delivery;
import io.payroutes.reconciliation.PaymentBooks.Dispute;
import io.payroutes.reconciliation.PaymentBooks.Payment;
import io.payroutes.reconciliation.PaymentBooks.Refund;
import io.payroutes.store.Row;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/** Reads the books of a payment from the tables. */
final class BooksReader {
    private final JdbcOperations jdbc;

    BooksReader(JdbcOperations jdbc) {
        this.jdbc = jdbc;
    }

    PaymentBooks ofPayment(String paymentId) {
        Optional<Row> row = rows("SELECT * FROM payment WHERE payment_id = ?", paymentId).stream()
                .findFirst();
        long received = row.map(r -> r.number("amount_received")).orElse(0L);
        return new PaymentBooks(
                // One without a status was only mentioned by a charge or a refund.
                row.filter(r -> r.text("status") != null)
                        .map(BooksReader::payment)
                        .orElse(null),
                read(
                        charge -> charge(charge, received),
                        "SELECT * FROM charge WHERE payment_id = ? ORDER BY charge_id",
                        paymentId),
                // A refund or dispute that came before its charge may not know its payment.
                read(
                        BooksReader::refund,
                        "SELECT * FROM refund WHERE payment_id = ? UNION SELECT r.* FROM refund r"
                                + " JOIN charge c ON c.charge_id = r.charge_id WHERE c.payment_id = ?",
                        paymentId,
                        paymentId),
                read(
                        BooksReader::dispute,
                        "SELECT * FROM dispute WHERE payment_id = ? UNION SELECT d.* FROM dispute d"
                                + " JOIN charge c ON c.charge_id = d.charge_id WHERE c.payment_id = ?",
                        paymentId,
                        paymentId),
                read(
                        BooksReader::delivery,
                        "SELECT delivery_id, kind, state, created_at FROM delivery"
                                + " WHERE payment_id = ? AND destination = 'erp'",
                        paymentId),
                rows("SELECT MAX(occurred_at) AS last_change FROM payment_transition WHERE payment_id = ?", paymentId)
                        .get(0)
                        .time("last_change"));
    }

    /** The books of a charge that names no payment. */
    PaymentBooks ofLoneCharge(String chargeId) {
        return new PaymentBooks(
                null,
                read(
                        charge -> charge(charge, 0),
                        "SELECT * FROM charge WHERE charge_id = ? AND payment_id IS NULL",
                        chargeId),
                read(BooksReader::refund, "SELECT * FROM refund WHERE charge_id = ?", chargeId),
                read(BooksReader::dispute, "SELECT * FROM dispute WHERE charge_id = ?", chargeId),
                List.of(),
                null);
    }

    /** The payment that a charge names; empty if it names none, or is not known. */
    Optional<String> paymentOfCharge(String chargeId) {
        return rows("SELECT payment_id FROM charge WHERE charge_id = ?", chargeId).stream()
                .findFirst()
                .map(row -> row.text("payment_id"));
    }

    private List<Row> rows(String sql, Object... parameters) {
        return read(Function.identity(), sql, parameters);
    }

    private <T> List<T> read(Function<Row, T> entry, String sql, Object... parameters) {
        return jdbc.queryForList(sql, parameters).stream()
                .map(Row::of)
                .map(entry)
                .toList();
    }

    private static Payment payment(Row row) {
        return new Payment(
                row.mustText("payment_id"),
                row.mustText("status"),
                zeroIfNull(row.number("amount")),
                zeroIfNull(row.number("amount_received")),
                row.text("currency"),
                row.text("latest_charge_id"),
                row.text("order_ref"),
                row.flag("livemode"),
                row.mustTime("created_at"),
                row.time("paid_at"));
    }

    private static Charge charge(Row row, long received) {
        long amount = row.mustNumber("amount");
        boolean captured = row.isSet("captured");
        return new Charge(
                row.mustText("charge_id"),
                row.text("payment_id"),
                emptyIfNull(row.text("status")),
                amount,
                captured ? taken(row.number("amount_captured"), amount, received) : 0,
                row.mustNumber("amount_refunded"),
                row.mustText("currency"),
                captured,
                row.text("balance_transaction_id"),
                row.text("order_ref"),
                row.text("api_version"),
                row.flag("livemode"),
                row.mustTime("created_at"));
    }

    /** API versions before 2020 do not say how much was captured; then the payment says it, and else it was everything. */
    private static long taken(@Nullable Long captured, long amount, long received) {
        if (captured != null) {
            return captured;
        }
        return received > 0 ? Math.min(received, amount) : amount;
    }

    private static Refund refund(Row row) {
        return new Refund(
                row.mustText("refund_id"),
                row.text("charge_id"),
                emptyIfNull(row.text("status")),
                row.mustNumber("amount"),
                row.mustText("currency"),
                row.mustTime("created_at"));
    }

    private static Dispute dispute(Row row) {
        return new Dispute(
                row.mustText("dispute_id"),
                row.text("charge_id"),
                emptyIfNull(row.text("status")),
                row.mustNumber("amount"),
                row.mustText("currency"));
    }

    private static Delivery delivery(Row row) {
        return new Delivery(
                row.mustText("delivery_id"),
                row.mustText("kind"),
                DeliveryState.of(row.mustText("state")),
                row.mustTime("created_at"));
    }

    private static long zeroIfNull(@Nullable Long number) {
        return number == null ? 0 : number;
    }

    private static String emptyIfNull(@Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }
}
