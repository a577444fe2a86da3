package io.payroutes.reconciliation;

import io.payroutes.delivery.DeliveryState;
import io.payroutes.reconciliation.PaymentBooks.Charge;
import io.payroutes.reconciliation.PaymentBooks.Delivery;
import io.payroutes.reconciliation.PaymentBooks.Dispute;
import io.payroutes.reconciliation.PaymentBooks.Order;
import io.payroutes.reconciliation.PaymentBooks.Payment;
import io.payroutes.reconciliation.PaymentBooks.Refund;
import io.payroutes.store.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/** Reads the books of payments from the tables; of many payments in as many statements as of one. */
final class BooksReader {
    /** What has already been asked of Stripe may know a line that no event has told of. */
    private static final String CHARGE = "SELECT c.*, s.balance_transaction_id AS asked_transaction_id FROM charge c"
            + " LEFT JOIN stripe_charge s ON s.charge_id = c.charge_id";

    /** CASE, so that each is found by its payment: to a database that knows of few yet, it seems as well to read all. */
    static final String DELIVERIES = "SELECT delivery_id, kind, state, created_at, payment_id FROM delivery"
            + " WHERE payment_id IN (%s) AND CASE WHEN destination = 'erp' THEN TRUE ELSE FALSE END";

    private final JdbcOperations jdbc;

    BooksReader(JdbcOperations jdbc) {
        this.jdbc = jdbc;
    }

    /** The books of each of these payments, known or not. */
    Map<String, PaymentBooks> ofPayments(Collection<String> paymentIds) {
        Map<String, Row> payments = new HashMap<>();
        rows("SELECT * FROM payment WHERE payment_id IN (%s)", paymentIds)
                .forEach(row -> payments.put(row.mustText("payment_id"), row));
        Map<String, List<Charge>> charges = grouped(
                CHARGE + " WHERE c.payment_id IN (%s) ORDER BY c.charge_id",
                paymentIds,
                row -> charge(row, received(payments.get(row.mustText("payment_id")))));
        // A refund or dispute that came before its charge may not know its payment.
        Map<String, List<Refund>> refunds = grouped(
                "SELECT r.*, r.payment_id AS owner FROM refund r WHERE r.payment_id IN (%s) UNION"
                        + " SELECT r.*, c.payment_id FROM refund r JOIN charge c ON c.charge_id = r.charge_id"
                        + " WHERE c.payment_id IN (%s)",
                paymentIds, BooksReader::refund);
        Map<String, List<Dispute>> disputes = grouped(
                "SELECT d.*, d.payment_id AS owner FROM dispute d WHERE d.payment_id IN (%s) UNION"
                        + " SELECT d.*, c.payment_id FROM dispute d JOIN charge c ON c.charge_id = d.charge_id"
                        + " WHERE c.payment_id IN (%s)",
                paymentIds, BooksReader::dispute);
        Map<String, List<Delivery>> deliveries = grouped(DELIVERIES, paymentIds, BooksReader::delivery);
        Map<String, Instant> changes = new HashMap<>();
        rows(
                        "SELECT payment_id, MAX(occurred_at) AS last_change FROM payment_transition"
                                + " WHERE payment_id IN (%s) GROUP BY payment_id",
                        paymentIds)
                .forEach(row -> changes.put(row.mustText("payment_id"), row.mustTime("last_change")));
        Map<String, Order> orders = orders(paymentIds);
        Map<String, String> twins = twins(payments.values());
        Map<String, PaymentBooks> books = new LinkedHashMap<>();
        for (String id : paymentIds) {
            Row payment = payments.get(id);
            books.put(
                    id,
                    new PaymentBooks(
                            // One without a status was only mentioned by a charge or a refund.
                            payment == null || payment.text("status") == null ? null : payment(payment),
                            orders.get(id),
                            twins.get(id),
                            charges.getOrDefault(id, List.of()),
                            refunds.getOrDefault(id, List.of()),
                            disputes.getOrDefault(id, List.of()),
                            deliveries.getOrDefault(id, List.of()),
                            changes.get(id)));
        }
        return books;
    }

    private Map<String, Order> orders(Collection<String> paymentIds) {
        Map<String, Order> orders = new HashMap<>();
        rows(
                        "SELECT p.payment_id, o.order_id, o.amount, o.currency, a.amount AS asked FROM payment p"
                                + " JOIN sales_order o ON o.order_id = p.order_ref"
                                + " LEFT JOIN payment_transition a ON a.payment_id = p.payment_id"
                                + " AND a.event_type = 'api.capture' WHERE p.payment_id IN (%s)"
                                + " ORDER BY a.occurred_at, a.change_rank",
                        paymentIds)
                .forEach(row -> orders.put(
                        row.mustText("payment_id"),
                        new Order(
                                row.mustText("order_id"),
                                row.mustNumber("amount"),
                                row.mustText("currency"),
                                row.number("asked"))));
        return orders;
    }

    /**
     * By payment: the earliest one of the same order before it that received the same, and of which nothing went back. Each
     * query has one way only to find its rows: while a database has no statistics yet, it may choose to go through all that
     * have succeeded, for each of those that have succeeded.
     */
    private Map<String, String> twins(Collection<Row> payments) {
        List<Row> paid = payments.stream().filter(BooksReader::isPaid).toList();
        Map<String, List<Row>> sameOrder = new HashMap<>();
        rows(
                        "SELECT payment_id, status, order_ref, amount_received, currency, created_at FROM payment"
                                + " WHERE order_ref IN (%s) ORDER BY created_at, payment_id",
                        paid.stream().map(row -> row.mustText("order_ref")).collect(Collectors.toSet()))
                .forEach(row -> sameOrder
                        .computeIfAbsent(row.mustText("order_ref"), order -> new ArrayList<>())
                        .add(row));
        Map<String, List<String>> earlier = new LinkedHashMap<>();
        for (Row payment : paid) {
            List<String> ids = sameOrder.getOrDefault(payment.mustText("order_ref"), List.of()).stream()
                    .filter(other -> isPaid(other) && isTwin(other, payment))
                    .map(other -> other.mustText("payment_id"))
                    .toList();
            if (!ids.isEmpty()) {
                earlier.put(payment.mustText("payment_id"), ids);
            }
        }
        Set<String> refunded = rows(
                        "SELECT payment_id, amount_refunded FROM charge WHERE payment_id IN (%s)",
                        earlier.values().stream().flatMap(List::stream).collect(Collectors.toSet()))
                .stream()
                .filter(row -> row.mustNumber("amount_refunded") > 0)
                .map(row -> row.mustText("payment_id"))
                .collect(Collectors.toSet());
        Map<String, String> twins = new HashMap<>();
        earlier.forEach((payment, ids) ->
                ids.stream().filter(id -> !refunded.contains(id)).findFirst().ifPresent(id -> twins.put(payment, id)));
        return twins;
    }

    private static boolean isPaid(Row payment) {
        Long received = payment.number("amount_received");
        return "succeeded".equals(payment.text("status"))
                && received != null
                && received > 0
                && payment.text("order_ref") != null
                && payment.text("currency") != null;
    }

    private static boolean isTwin(Row other, Row payment) {
        int order = other.mustTime("created_at").compareTo(payment.mustTime("created_at"));
        return Objects.equals(other.number("amount_received"), payment.number("amount_received"))
                && Objects.equals(other.text("currency"), payment.text("currency"))
                && (order < 0
                        || (order == 0 && other.mustText("payment_id").compareTo(payment.mustText("payment_id")) < 0));
    }

    /** The books of a charge that names no payment. */
    PaymentBooks ofLoneCharge(String chargeId) {
        return new PaymentBooks(
                null,
                null,
                null,
                read(row -> charge(row, 0), CHARGE + " WHERE c.charge_id = ? AND c.payment_id IS NULL", chargeId),
                read(BooksReader::refund, "SELECT * FROM refund WHERE charge_id = ?", chargeId),
                read(BooksReader::dispute, "SELECT * FROM dispute WHERE charge_id = ?", chargeId),
                List.of(),
                null);
    }

    /** The payment that a charge names; empty if it names none, or is not known. */
    Optional<String> paymentOfCharge(String chargeId) {
        return read(Function.identity(), "SELECT payment_id FROM charge WHERE charge_id = ?", chargeId).stream()
                .findFirst()
                .map(row -> row.text("payment_id"));
    }

    /** By its payment, or by the payment that the query has found to own it. */
    private <T> Map<String, List<T>> grouped(String sql, Collection<String> paymentIds, Function<Row, T> entry) {
        Map<String, List<T>> grouped = new HashMap<>();
        for (Row row : rows(sql, paymentIds)) {
            String owner = row.text("owner") == null ? row.mustText("payment_id") : row.mustText("owner");
            grouped.computeIfAbsent(owner, o -> new ArrayList<>()).add(entry.apply(row));
        }
        return grouped;
    }

    private List<Row> rows(String sql, Collection<String> ids) {
        return ManyIds.rows(jdbc, sql, ids);
    }

    private <T> List<T> read(Function<Row, T> entry, String sql, Object... parameters) {
        return jdbc.queryForList(sql, parameters).stream()
                .map(Row::of)
                .map(entry)
                .toList();
    }

    private static long received(@Nullable Row payment) {
        return payment == null ? 0 : zeroIfNull(payment.number("amount_received"));
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
                row.text("account"),
                row.mustTime("created_at"),
                row.time("paid_at"));
    }

    private static Charge charge(Row row, long received) {
        long amount = row.mustNumber("amount");
        boolean captured = row.isSet("captured");
        String transaction = row.text("balance_transaction_id");
        return new Charge(
                row.mustText("charge_id"),
                row.text("payment_id"),
                emptyIfNull(row.text("status")),
                amount,
                captured ? taken(row.number("amount_captured"), amount, received) : 0,
                row.mustNumber("amount_refunded"),
                row.mustText("currency"),
                captured,
                transaction == null ? row.text("asked_transaction_id") : transaction,
                row.text("order_ref"),
                row.text("api_version"),
                row.flag("livemode"),
                row.text("account"),
                row.mustTime("created_at"),
                Instant.ofEpochSecond(row.mustNumber("version_at")));
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
