package io.payroutes.reconciliation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.stripe.model.BalanceTransaction;
import com.stripe.model.BalanceTransactionSource;
import com.stripe.model.Charge;
import com.stripe.model.Dispute;
import com.stripe.model.Payout;
import com.stripe.model.Refund;
import io.payroutes.reconciliation.Statement.FeeDetail;
import io.payroutes.reconciliation.Statement.Line;
import io.payroutes.store.Row;
import io.payroutes.store.Table;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * What Stripe has answered, as tables: its charges, refunds, disputes, balance transactions and payouts as they were when
 * they were last asked for. What Stripe leaves out counts as nothing, as no, or as unknown.
 */
final class StatementTables {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_TEXT = 255;

    private final JdbcOperations jdbc;
    private final List<String> orderKeys;
    private final Table charges;
    private final Table refunds;
    private final Table disputes;
    private final Table lines;
    private final Table payouts;

    /** @param orderKeys keys of the metadata that may hold the order reference, the first that is there wins */
    StatementTables(JdbcOperations jdbc, List<String> orderKeys) {
        this.jdbc = jdbc;
        this.orderKeys = orderKeys;
        this.charges = new Table(jdbc, "stripe_charge", "charge_id");
        this.refunds = new Table(jdbc, "stripe_refund", "refund_id");
        this.disputes = new Table(jdbc, "stripe_dispute", "dispute_id");
        this.lines = new Table(jdbc, "balance_transaction", "balance_transaction_id");
        this.payouts = new Table(jdbc, "payout", "payout_id");
    }

    void keepCharges(Collection<Charge> asked, Instant readAt) {
        charges.putAll(asked.stream().map(charge -> row(charge, readAt)).toList());
    }

    void keepRefunds(Collection<Refund> asked, Instant readAt) {
        refunds.putAll(asked.stream().map(refund -> row(refund, readAt)).toList());
    }

    void keepDisputes(Collection<Dispute> asked, Instant readAt) {
        disputes.putAll(asked.stream().map(dispute -> row(dispute, readAt)).toList());
    }

    /** Each line with what it is about, as far as that is known by now. */
    void keepLines(Collection<BalanceTransaction> asked, Instant readAt) {
        Map<String, Source> sources = sources(asked.stream()
                .map(BalanceTransaction::getSource)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet()));
        lines.putAll(asked.stream()
                .map(line -> row(line, sources.getOrDefault(String.valueOf(line.getSource()), Source.NONE), readAt))
                .toList());
    }

    /** Ties lines to what has become known about their sources since they were read. */
    void tieLines(Collection<String> sourceIds) {
        sources(sourceIds)
                .forEach((source, known) -> jdbc.update(
                        "UPDATE balance_transaction SET charge_id = ?, payment_id = ?, customer_facing_amount = ?,"
                                + " customer_facing_currency = ? WHERE source_id = ?",
                        known.chargeId(),
                        known.paymentId(),
                        known.amount(),
                        known.currency(),
                        source));
    }

    void keepPayouts(Collection<Payout> asked, Instant readAt) {
        payouts.putAll(asked.stream().map(payout -> row(payout, readAt)).toList());
        asked.stream()
                .filter(payout -> "paid".equals(payout.getStatus()))
                .forEach(payout -> PayoutBooks.sawPaid(jdbc, payout.getId(), readAt));
    }

    void keepPayoutLines(String payoutId, Collection<BalanceTransaction> asked) {
        jdbc.batchUpdate(
                "INSERT INTO payout_line (payout_id, balance_transaction_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
                asked.stream()
                        .map(BalanceTransaction::getId)
                        .sorted()
                        .map(id -> new Object[] {payoutId, id})
                        .toList());
    }

    /** The lines of a payout are asked for anew: what it no longer has is gone. */
    void forgetPayoutLines(String payoutId) {
        jdbc.update("DELETE FROM payout_line WHERE payout_id = ?", payoutId);
    }

    void itemised(String payoutId, Instant at) {
        jdbc.update("UPDATE payout SET itemised_at = ? WHERE payout_id = ?", Row.parameter(at), payoutId);
    }

    /** What Stripe has answered about each of these payments. */
    Map<String, Statement> ofPayments(Collection<String> paymentIds) {
        List<Row> found = ManyIds.rows(
                jdbc,
                "SELECT s.*, s.payment_id AS owner FROM stripe_charge s WHERE s.payment_id IN (%s) UNION"
                        + " SELECT s.*, c.payment_id FROM stripe_charge s JOIN charge c ON c.charge_id = s.charge_id"
                        + " WHERE c.payment_id IN (%s)",
                paymentIds);
        return statements(found, paymentIds);
    }

    /** What Stripe has answered about a charge that names no payment. */
    Statement ofLoneCharge(String chargeId) {
        List<Row> found = ManyIds.rows(
                jdbc,
                "SELECT s.*, s.charge_id AS owner FROM stripe_charge s WHERE s.charge_id IN (%s)",
                List.of(chargeId));
        return Objects.requireNonNull(statements(found, List.of(chargeId)).get(chargeId));
    }

    private Map<String, Statement> statements(List<Row> found, Collection<String> owners) {
        List<String> ids =
                found.stream().map(row -> row.mustText("charge_id")).distinct().toList();
        Map<String, List<Statement.Charge>> charge = grouped(found, "owner", StatementTables::charge);
        Map<String, List<Statement.Refund>> refund = grouped(
                ManyIds.rows(jdbc, "SELECT * FROM stripe_refund WHERE charge_id IN (%s) ORDER BY refund_id", ids),
                "charge_id",
                StatementTables::refund);
        Map<String, List<Statement.Dispute>> dispute = grouped(
                ManyIds.rows(jdbc, "SELECT * FROM stripe_dispute WHERE charge_id IN (%s) ORDER BY dispute_id", ids),
                "charge_id",
                StatementTables::dispute);
        Map<String, Line> line = lines(Stream.concat(
                        charge.values().stream().flatMap(List::stream).map(Statement.Charge::balanceTransactionId),
                        refund.values().stream().flatMap(List::stream).map(Statement.Refund::balanceTransactionId))
                .filter(Objects::nonNull)
                .collect(Collectors.toSet()));
        Map<String, @Nullable String> recordedFor = new HashMap<>();
        ManyIds.rows(jdbc, "SELECT charge_id, payment_id FROM charge WHERE charge_id IN (%s)", ids)
                .forEach(row -> recordedFor.put(row.mustText("charge_id"), row.text("payment_id")));
        Map<String, Statement> statements = new LinkedHashMap<>();
        for (String owner : owners) {
            List<Statement.Charge> own = charge.getOrDefault(owner, List.of());
            statements.put(owner, new Statement(own, allOf(own, refund), allOf(own, dispute), line, recordedFor));
        }
        return statements;
    }

    Map<String, Line> lines(Collection<String> ids) {
        return ManyIds.rows(jdbc, "SELECT * FROM balance_transaction WHERE balance_transaction_id IN (%s)", ids)
                .stream()
                .map(StatementTables::line)
                .collect(Collectors.toMap(Line::id, Function.identity()));
    }

    private static <T> List<T> allOf(List<Statement.Charge> charges, Map<String, List<T>> byCharge) {
        return charges.stream()
                .flatMap(charge -> byCharge.getOrDefault(charge.id(), List.of()).stream())
                .toList();
    }

    private static <T> Map<String, List<T>> grouped(List<Row> rows, String column, Function<Row, T> entry) {
        Map<String, List<T>> grouped = new HashMap<>();
        for (Row row : rows) {
            grouped.computeIfAbsent(row.mustText(column), key -> new ArrayList<>())
                    .add(entry.apply(row));
        }
        return grouped;
    }

    /** What a line is about; {@code amount} and {@code currency} are what the customer saw. */
    private record Source(
            @Nullable String chargeId,
            @Nullable String paymentId,
            @Nullable Long amount,
            @Nullable String currency) {
        static final Source NONE = new Source(null, null, null, null);
    }

    private Map<String, Source> sources(Collection<String> ids) {
        Map<String, Source> sources = new HashMap<>();
        for (String sql : List.of(
                "SELECT refund_id AS id, charge_id, payment_id, -amount AS amount, currency FROM refund WHERE refund_id",
                "SELECT dispute_id AS id, charge_id, payment_id, -amount AS amount, currency FROM dispute WHERE dispute_id",
                "SELECT charge_id AS id, charge_id, payment_id, amount_captured AS amount, currency FROM charge"
                        + " WHERE charge_id",
                // What Stripe itself has answered is said last and counts.
                "SELECT refund_id AS id, charge_id, payment_id, -amount AS amount, currency FROM stripe_refund"
                        + " WHERE refund_id",
                "SELECT dispute_id AS id, charge_id, payment_id, -amount AS amount, currency FROM stripe_dispute"
                        + " WHERE dispute_id",
                "SELECT charge_id AS id, charge_id, payment_id, amount_captured AS amount, currency FROM stripe_charge"
                        + " WHERE charge_id")) {
            for (Row row : ManyIds.rows(jdbc, sql + " IN (%s)", ids)) {
                sources.put(
                        row.mustText("id"),
                        new Source(
                                row.text("charge_id"),
                                row.text("payment_id"),
                                row.number("amount"),
                                row.text("currency")));
            }
        }
        List<String> charge = sources.values().stream()
                .filter(source -> source.paymentId() == null && source.chargeId() != null)
                .map(source -> Objects.requireNonNull(source.chargeId()))
                .distinct()
                .toList();
        Map<String, String> payments = new HashMap<>();
        ManyIds.rows(
                        jdbc,
                        "SELECT charge_id, payment_id FROM stripe_charge"
                                + " WHERE charge_id IN (%s) AND payment_id IS NOT NULL",
                        charge)
                .forEach(row -> payments.put(row.mustText("charge_id"), row.mustText("payment_id")));
        sources.replaceAll((id, source) -> source.paymentId() != null || source.chargeId() == null
                ? source
                : new Source(source.chargeId(), payments.get(source.chargeId()), source.amount(), source.currency()));
        return sources;
    }

    private Map<String, @Nullable Object> row(Charge charge, Instant readAt) {
        boolean captured = Boolean.TRUE.equals(charge.getCaptured());
        Charge.PaymentMethodDetails details = charge.getPaymentMethodDetails();
        Charge.PaymentMethodDetails.Card card = details == null ? null : details.getCard();
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("charge_id", charge.getId());
        row.put("payment_id", charge.getPaymentIntent());
        row.put("status", charge.getStatus());
        row.put("amount", number(charge.getAmount()));
        row.put(
                "amount_captured",
                charge.getAmountCaptured() != null
                        ? charge.getAmountCaptured()
                        : captured ? number(charge.getAmount()) : 0L);
        row.put("amount_refunded", number(charge.getAmountRefunded()));
        row.put("currency", text(charge.getCurrency(), 16));
        row.put("captured", captured);
        row.put("disputed", Boolean.TRUE.equals(charge.getDisputed()));
        row.put("balance_transaction_id", charge.getBalanceTransaction());
        row.put("order_ref", orderRef(charge.getMetadata()));
        row.put("customer_id", charge.getCustomer());
        row.put("payment_method_type", details == null ? null : shortened(details.getType(), 64));
        row.put("card_brand", card == null ? null : shortened(card.getBrand(), 64));
        row.put("api_version", com.stripe.Stripe.API_VERSION);
        row.put("livemode", charge.getLivemode());
        row.put("created_at", time(charge.getCreated()));
        row.put("read_at", readAt);
        return row;
    }

    private static Map<String, @Nullable Object> row(Refund refund, Instant readAt) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("refund_id", refund.getId());
        row.put("charge_id", refund.getCharge());
        row.put("payment_id", refund.getPaymentIntent());
        row.put("status", shortened(refund.getStatus(), 64));
        row.put("amount", number(refund.getAmount()));
        row.put("currency", text(refund.getCurrency(), 16));
        row.put("balance_transaction_id", refund.getBalanceTransaction());
        row.put("failure_balance_transaction_id", refund.getFailureBalanceTransaction());
        row.put("created_at", time(refund.getCreated()));
        row.put("read_at", readAt);
        return row;
    }

    private static Map<String, @Nullable Object> row(Dispute dispute, Instant readAt) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("dispute_id", dispute.getId());
        row.put("charge_id", dispute.getCharge());
        row.put("payment_id", dispute.getPaymentIntent());
        row.put("status", shortened(dispute.getStatus(), 64));
        row.put("amount", number(dispute.getAmount()));
        row.put("currency", text(dispute.getCurrency(), 16));
        row.put("created_at", time(dispute.getCreated()));
        row.put("read_at", readAt);
        return row;
    }

    private static Map<String, @Nullable Object> row(BalanceTransaction line, Source known, Instant readAt) {
        Source source = known.equals(Source.NONE) ? source(line.getSourceObject()) : known;
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("balance_transaction_id", line.getId());
        row.put("type", text(line.getType(), 64));
        row.put("reporting_category", text(line.getReportingCategory(), 64));
        row.put("amount", number(line.getAmount()));
        row.put("fee", number(line.getFee()));
        row.put("net", number(line.getNet()));
        row.put("currency", text(line.getCurrency(), 16));
        row.put("fee_details", fees(line.getFeeDetails()));
        row.put(
                "exchange_rate",
                line.getExchangeRate() == null ? null : line.getExchangeRate().toPlainString());
        row.put("status", shortened(line.getStatus(), 16));
        row.put("description", shortened(line.getDescription(), 1000));
        row.put("source_id", line.getSource());
        row.put("customer_facing_amount", source.amount());
        row.put("customer_facing_currency", source.currency());
        row.put("charge_id", source.chargeId());
        row.put("payment_id", source.paymentId());
        row.put("created_at", time(line.getCreated()));
        row.put("available_on", time(line.getAvailableOn()));
        row.put("read_at", readAt);
        return row;
    }

    /** What Stripe shows of the source where it was asked to expand it. */
    private static Source source(@Nullable BalanceTransactionSource source) {
        if (source instanceof Charge charge) {
            return new Source(
                    charge.getId(), charge.getPaymentIntent(), charge.getAmountCaptured(), charge.getCurrency());
        }
        if (source instanceof Refund refund) {
            return new Source(
                    refund.getCharge(), refund.getPaymentIntent(), -number(refund.getAmount()), refund.getCurrency());
        }
        if (source instanceof Dispute dispute) {
            return new Source(
                    dispute.getCharge(),
                    dispute.getPaymentIntent(),
                    -number(dispute.getAmount()),
                    dispute.getCurrency());
        }
        return Source.NONE;
    }

    private static Map<String, @Nullable Object> row(Payout payout, Instant readAt) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("payout_id", payout.getId());
        row.put("amount", number(payout.getAmount()));
        row.put("currency", text(payout.getCurrency(), 16));
        row.put("status", shortened(payout.getStatus(), 64));
        row.put("automatic", Boolean.TRUE.equals(payout.getAutomatic()));
        row.put("method", shortened(payout.getMethod(), 32));
        row.put("reconciliation_status", shortened(payout.getReconciliationStatus(), 32));
        row.put("balance_transaction_id", payout.getBalanceTransaction());
        row.put("failure_balance_transaction_id", payout.getFailureBalanceTransaction());
        row.put("failure_code", shortened(payout.getFailureCode(), 128));
        row.put("original_payout_id", payout.getOriginalPayout());
        row.put("reversed_by_id", payout.getReversedBy());
        row.put("arrival_date", payout.getArrivalDate() == null ? null : time(payout.getArrivalDate()));
        row.put("created_at", time(payout.getCreated()));
        row.put("read_at", readAt);
        return row;
    }

    private @Nullable String orderRef(@Nullable Map<String, String> metadata) {
        return metadata == null
                ? null
                : orderKeys.stream()
                        .map(metadata::get)
                        .filter(value -> value != null && !value.isEmpty())
                        .findFirst()
                        .map(value -> shortened(value, LONGEST_TEXT))
                        .orElse(null);
    }

    private static String fees(@Nullable List<BalanceTransaction.FeeDetail> details) {
        List<Map<String, @Nullable Object>> fees = new ArrayList<>();
        for (BalanceTransaction.FeeDetail detail :
                details == null ? List.<BalanceTransaction.FeeDetail>of() : details) {
            Map<String, @Nullable Object> fee = new LinkedHashMap<>();
            fee.put("type", text(detail.getType(), 64));
            fee.put("amount", number(detail.getAmount()));
            fees.add(fee);
        }
        try {
            return JSON.writeValueAsString(fees);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts and numbers can be written", e);
        }
    }

    private static Statement.Charge charge(Row row) {
        return new Statement.Charge(
                row.mustText("charge_id"),
                row.text("payment_id"),
                Objects.requireNonNullElse(row.text("status"), ""),
                row.mustNumber("amount"),
                row.mustNumber("amount_captured"),
                row.mustNumber("amount_refunded"),
                row.mustText("currency"),
                row.isSet("captured"),
                row.text("balance_transaction_id"),
                row.text("order_ref"),
                row.mustTime("created_at"),
                row.mustTime("read_at"));
    }

    private static Statement.Refund refund(Row row) {
        return new Statement.Refund(
                row.mustText("refund_id"),
                row.text("charge_id"),
                Objects.requireNonNullElse(row.text("status"), ""),
                row.mustNumber("amount"),
                row.mustText("currency"),
                row.text("balance_transaction_id"),
                row.mustTime("created_at"));
    }

    private static Statement.Dispute dispute(Row row) {
        return new Statement.Dispute(
                row.mustText("dispute_id"),
                row.text("charge_id"),
                row.mustNumber("amount"),
                row.mustText("currency"),
                row.mustTime("created_at"));
    }

    static Line line(Row row) {
        String rate = row.text("exchange_rate");
        return new Line(
                row.mustText("balance_transaction_id"),
                row.mustText("type"),
                row.mustText("reporting_category"),
                row.mustNumber("amount"),
                row.mustNumber("fee"),
                row.mustNumber("net"),
                row.mustText("currency"),
                feeDetails(row.text("fee_details")),
                rate == null ? null : new BigDecimal(rate),
                row.text("source_id"),
                row.text("charge_id"),
                row.text("payment_id"),
                row.mustTime("created_at"));
    }

    private static List<FeeDetail> feeDetails(@Nullable String json) {
        if (json == null || json.equals("[]")) {
            return List.of();
        }
        try {
            List<FeeDetail> details = new ArrayList<>();
            JSON.readTree(json)
                    .forEach(detail -> details.add(new FeeDetail(
                            detail.path("type").asText(), detail.path("amount").asLong())));
            return details;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("fee_details was JSON when it was written", e);
        }
    }

    private static long number(@Nullable Long value) {
        return value == null ? 0 : value;
    }

    private static Instant time(@Nullable Long seconds) {
        return Instant.ofEpochSecond(seconds == null ? 0 : seconds);
    }

    private static String text(@Nullable String value, int longest) {
        return value == null ? "" : Objects.requireNonNull(shortened(value, longest));
    }

    private static @Nullable String shortened(@Nullable String value, int longest) {
        return value == null || value.length() <= longest ? value : value.substring(0, longest);
    }
}
