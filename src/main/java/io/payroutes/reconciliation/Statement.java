package io.payroutes.reconciliation;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Stripe, asked, has answered about one payment.
 *
 * @param lines the lines of the balance that these charges and refunds name, by id
 * @param recordedFor by charge id: the payment that the ledger has each of these charges under, null for none
 */
record Statement(
        List<Charge> charges,
        List<Refund> refunds,
        List<Dispute> disputes,
        Map<String, Line> lines,
        Map<String, @Nullable String> recordedFor) {

    static final Statement NOTHING = new Statement(List.of(), List.of(), List.of(), Map.of(), Map.of());

    record Charge(
            String id,
            @Nullable String paymentId,
            String status,
            long amount,
            long amountCaptured,
            long amountRefunded,
            String currency,
            boolean captured,
            @Nullable String balanceTransactionId,
            @Nullable String orderRef,
            Instant createdAt,
            Instant readAt) {

        /** Whether it took money: an authorisation alone has not. */
        boolean tookMoney() {
            return status.equals("succeeded") && captured && amountCaptured > 0;
        }

        /** What was authorised and never taken. Before basil Stripe counts it as refunded. */
        long neverTaken() {
            return captured ? Math.max(0, amount - amountCaptured) : 0;
        }
    }

    record Refund(
            String id,
            @Nullable String chargeId,
            String status,
            long amount,
            String currency,
            @Nullable String balanceTransactionId,
            Instant createdAt) {

        boolean hasFailed() {
            return status.equals("failed");
        }

        boolean counts() {
            return !hasFailed() && !status.equals("canceled");
        }
    }

    record Dispute(String id, @Nullable String chargeId, long amount, String currency, Instant createdAt) {}

    /** A line of Stripe's balance. Signed minor units of the settlement currency. */
    record Line(
            String id,
            String type,
            String category,
            long amount,
            long fee,
            long net,
            String currency,
            List<FeeDetail> fees,
            @Nullable BigDecimal exchangeRate,
            @Nullable String sourceId,
            @Nullable String chargeId,
            @Nullable String paymentId,
            Instant createdAt) {}

    record FeeDetail(String type, long amount) {}
}
