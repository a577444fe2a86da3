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
 * @param deliveries what the ERP was sent about it
 * @param lastChange when Stripe last said something about it, null if that is not written
 */
record PaymentBooks(
        @Nullable Payment payment,
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

    /** @param amountCaptured what it took; zero if nothing */
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
            Instant createdAt) {

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
