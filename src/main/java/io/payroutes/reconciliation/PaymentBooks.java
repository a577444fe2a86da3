package io.payroutes.reconciliation;

import io.payroutes.delivery.DeliveryState;
import io.payroutes.payment.RealRefund;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is written about one payment.
 *
 * @param payment null if only its charges are known
 * @param order null if it was not announced here
 * @param twin another payment of the same order that took the same money before this one, and kept it; null if none did
 * @param deliveries what the ERP was sent about it
 * @param lastChange when Stripe last said something about it, null if that is not written
 */
record PaymentBooks(
        @Nullable Payment payment,
        @Nullable Order order,
        @Nullable String twin,
        List<Charge> charges,
        List<Refund> refunds,
        List<Dispute> disputes,
        List<Delivery> deliveries,
        @Nullable Instant lastChange) {

    PaymentBooks {
        charges = List.copyOf(charges);
        refunds = List.copyOf(refunds);
        disputes = List.copyOf(disputes);
        deliveries = List.copyOf(deliveries);
    }

    /** A payment of which more is known than that somebody mentioned it. */
    record Payment(
            String id,
            String status,
            long amount,
            long amountReceived,
            @Nullable String currency,
            @Nullable String latestChargeId,
            @Nullable String orderRef,
            @Nullable Boolean livemode,
            @Nullable String account,
            Instant createdAt,
            @Nullable Instant paidAt) {

        boolean isPaid() {
            return status.equals("succeeded");
        }

        boolean isProcessing() {
            return status.equals("processing");
        }

        Instant paidAtOrCreated() {
            return paidAt == null ? createdAt : paidAt;
        }
    }

    /**
     * What was ordered.
     *
     * @param captureAsked how much the back office asked to capture; null if it did not
     */
    record Order(
            String id,
            long amount,
            String currency,
            @Nullable Long captureAsked) {}

    /**
     * @param amountCaptured what it took; zero if nothing
     * @param account the connected account that it is of; null for our own
     * @param changedAt when Stripe last told of it
     */
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
            @Nullable String apiVersion,
            @Nullable Boolean livemode,
            @Nullable String account,
            Instant createdAt,
            Instant changedAt) {

        /** Whether it took money: an authorisation alone has not, although its status is succeeded. */
        boolean isSuccessful() {
            return status.equals("succeeded") && captured && amountCaptured > 0;
        }

        long reallyRefunded() {
            return RealRefund.of(apiVersion, amount, amountCaptured, amountRefunded);
        }

        /** What Stripe counts as refunded although it was never taken. */
        long phantomRefund() {
            return amountRefunded - reallyRefunded();
        }
    }

    record Refund(
            String id, @Nullable String chargeId, String status, long amount, String currency, Instant createdAt) {

        boolean hasFailed() {
            return status.equals("failed");
        }

        /** Whether its money is back with the customer, or on the way there. */
        boolean counts() {
            return !hasFailed() && !status.equals("canceled");
        }
    }

    record Dispute(String id, @Nullable String chargeId, String status, long amount, String currency) {

        /** Whether it was settled without the customer getting the money. */
        boolean isOver() {
            return switch (status) {
                case "won", "prevented", "warning_closed" -> true;
                default -> false;
            };
        }

        /** An inquiry: the money is still here. */
        boolean isInquiry() {
            return status.startsWith("warning_");
        }
    }

    record Delivery(String id, String kind, DeliveryState state, Instant createdAt) {

        boolean isRequest() {
            return kind.equals("fulfillment.requested");
        }

        boolean isRelease() {
            return kind.equals("fulfillment.released");
        }

        boolean isCancellation() {
            return kind.equals("fulfillment.canceled");
        }

        boolean isDelivered() {
            return state == DeliveryState.DELIVERED;
        }

        boolean isDead() {
            return state == DeliveryState.DEAD;
        }
    }
}
