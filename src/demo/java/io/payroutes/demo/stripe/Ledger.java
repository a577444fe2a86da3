package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Balance transactions, the balance they make, and payouts of it. Every currency settles as itself. */
final class Ledger {
    static final String KIND = "balance_transaction";
    private static final Duration PENDING = Duration.ofDays(2);
    private static final Duration ARRIVAL = Duration.ofDays(1);

    private final Account account;
    private final Map<String, String> payoutOf = new HashMap<>();

    Ledger(Account account) {
        this.account = account;
    }

    /** A charge or a payment of {@code amount}, less Stripe's fee of 3.6 %. */
    ObjectNode charge(ObjectNode charge, long amount, boolean card, boolean availableAtOnce) {
        String type = card ? "charge" : "payment";
        long fee = (amount * 36 + 500) / 1000;
        ObjectNode line = line(charge, type, "charge", amount, fee, "Stripe processing fees");
        if (availableAtOnce) {
            makeAvailable(line);
        } else {
            account.later(PENDING, Json.word(line, "id"), () -> makeAvailable(line));
        }
        return line;
    }

    /** The fee of the charge is kept. */
    ObjectNode refund(ObjectNode refund, boolean card) {
        return atOnce(line(
                refund,
                card ? "refund" : "payment_refund",
                "refund",
                -refund.path("amount").asLong(),
                0,
                ""));
    }

    ObjectNode refundFailure(ObjectNode refund) {
        return atOnce(line(
                refund,
                "refund_failure",
                "refund_failure",
                refund.path("amount").asLong(),
                0,
                ""));
    }

    ObjectNode dispute(ObjectNode dispute) {
        return atOnce(
                line(dispute, "adjustment", "dispute", -dispute.path("amount").asLong(), 1500, "Dispute fee"));
    }

    /** The fee of the dispute is kept. */
    ObjectNode disputeReversal(ObjectNode dispute) {
        return atOnce(line(
                dispute,
                "adjustment",
                "dispute_reversal",
                dispute.path("amount").asLong(),
                0,
                ""));
    }

    private ObjectNode line(
            ObjectNode source, String type, String category, long amount, long fee, String feeDescription) {
        String currency = Json.word(source, "currency");
        ObjectNode line = Json.object()
                .put("id", account.id("txn"))
                .put("object", KIND)
                .put("amount", amount)
                .put("available_on", account.now() + PENDING.toSeconds())
                .put("balance_type", "payments")
                .put("created", account.now())
                .put("currency", currency)
                .put("description", Json.text(source, "description"))
                .putNull("exchange_rate")
                .put("fee", fee);
        ArrayNode fees = line.putArray("fee_details");
        if (fee != 0) {
            fees.addObject()
                    .put("amount", fee)
                    .putNull("application")
                    .put("currency", currency)
                    .put("description", feeDescription)
                    .put("type", "stripe_fee");
        }
        line.put("net", amount - fee)
                .put("reporting_category", category)
                .put("source", Json.word(source, "id"))
                .put("status", "pending")
                .put("type", type);
        account.store().put(line);
        return line;
    }

    private ObjectNode atOnce(ObjectNode line) {
        makeAvailable(line);
        return line;
    }

    private void makeAvailable(ObjectNode line) {
        line.put("status", "available")
                .put("available_on", Math.min(line.path("available_on").asLong(), account.now()));
    }

    ObjectNode retrieve(Call call) {
        return account.store().require(KIND, call.id(), "id");
    }

    ObjectNode list(Call call) {
        Params params = call.params();
        String source = params.text("source");
        String payout = params.text("payout");
        String type = params.text("type");
        String currency = params.text("currency");
        return account.store()
                .page(
                        KIND,
                        "/v1/balance_transactions",
                        params,
                        line -> (source == null || source.equals(Json.text(line, "source")))
                                && (payout == null || payout.equals(payoutOf.get(Json.word(line, "id"))))
                                && (type == null || type.equals(Json.text(line, "type")))
                                && (currency == null || currency.equals(Json.text(line, "currency"))));
    }

    ObjectNode balance(Call call) {
        ObjectNode balance = Json.object().put("object", "balance");
        for (String status : List.of("available", "pending")) {
            Map<String, Long> sums = new TreeMap<>();
            account.store()
                    .all(KIND)
                    .filter(line -> status.equals(Json.text(line, "status")))
                    .forEach(line -> sums.merge(
                            Json.word(line, "currency"), line.path("net").asLong(), Long::sum));
            ArrayNode amounts = balance.putArray(status);
            sums.forEach((currency, sum) -> {
                ObjectNode amount = amounts.addObject().put("amount", sum).put("currency", currency);
                amount.putObject("source_types").put("card", sum);
            });
        }
        return balance.put("livemode", false);
    }

    /** Pays out what is available in {@code currency}, as an automatic payout; null where that is nothing. */
    @Nullable
    ObjectNode payOut(String currency) {
        List<ObjectNode> lines = account.store()
                .all(KIND)
                .filter(line -> currency.equals(Json.text(line, "currency")))
                .filter(line -> "available".equals(Json.text(line, "status")))
                .filter(line -> !payoutOf.containsKey(Json.word(line, "id")))
                .toList();
        long amount =
                lines.stream().mapToLong(line -> line.path("net").asLong()).sum();
        if (amount <= 0) {
            return null;
        }
        String id = account.id("po");
        ObjectNode payout = Json.object("""
                {
                  "id": null, "object": "payout", "amount": 0, "application_fee": null, "application_fee_amount": null,
                  "arrival_date": 0, "automatic": true, "balance_transaction": null, "created": 0, "currency": null,
                  "description": "STRIPE PAYOUT", "destination": "ba_standin", "failure_balance_transaction": null,
                  "failure_code": null, "failure_message": null, "livemode": false, "metadata": {},
                  "method": "standard", "original_payout": null, "payout_method": null,
                  "reconciliation_status": "in_progress", "reversed_by": null, "source_type": "card",
                  "statement_descriptor": null, "status": "in_transit",
                  "trace_id": {"status": "unsupported", "value": null}, "type": "bank_account"
                }""");
        payout.put("id", id)
                .put("amount", amount)
                .put("arrival_date", account.now() + ARRIVAL.toSeconds())
                .put("created", account.now())
                .put("currency", currency);
        account.store().put(payout);
        ObjectNode own = atOnce(line(payout, "payout", "payout", -amount, 0, ""));
        payout.put("balance_transaction", Json.word(own, "id"));
        lines.forEach(line -> payoutOf.put(Json.word(line, "id"), id));
        payoutOf.put(Json.word(own, "id"), id);
        account.event("payout.created", payout);
        account.later(ARRIVAL, id, () -> {
            payout.put("status", "paid");
            account.event("payout.paid", payout);
            payout.put("reconciliation_status", "completed");
            account.event("payout.reconciliation_completed", payout);
        });
        return payout;
    }

    ObjectNode retrievePayout(Call call) {
        return account.store().require("payout", call.id(), "id");
    }

    ObjectNode listPayouts(Call call) {
        String status = call.params().text("status");
        return account.store()
                .page(
                        "payout",
                        "/v1/payouts",
                        call.params(),
                        payout -> status == null || status.equals(Json.text(payout, "status")));
    }
}
