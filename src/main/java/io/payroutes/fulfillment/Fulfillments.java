package io.payroutes.fulfillment;

import io.payroutes.delivery.Deliveries;
import io.payroutes.delivery.Destination;
import io.payroutes.delivery.Outgoing;
import io.payroutes.order.Orders;
import io.payroutes.payment.Charge;
import io.payroutes.payment.Ledger;
import io.payroutes.payment.LedgerChange;
import io.payroutes.payment.Payment;
import io.payroutes.payment.PaymentChange;
import io.payroutes.payment.PaymentIntent;
import io.payroutes.payment.Timeline.Change;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.apache.camel.Body;
import org.jspecify.annotations.Nullable;

/**
 * Decides what the ERP is told about a payment. Every message has an id that derives from the payment and its reason, so
 * that it is written once; and what is told follows from the payment's time line, which only ever grows, so that it does
 * not depend on the order in which the events came.
 */
public final class Fulfillments {
    private final Ledger ledger;
    private final Deliveries deliveries;
    private final FulfillmentMessages messages;
    private final EarlyRelease earlyRelease;
    private final Clock clock;

    /** @param source the CloudEvents source of the messages */
    public Fulfillments(
            Ledger ledger,
            Deliveries deliveries,
            Orders orders,
            String source,
            EarlyRelease earlyRelease,
            Clock clock) {
        this.ledger = ledger;
        this.deliveries = deliveries;
        this.messages = new FulfillmentMessages(source, orders);
        this.earlyRelease = earlyRelease;
        this.clock = clock;
    }

    /** The one fulfilment of a payment, and the idempotency key that it is delivered with. */
    public static String fulfillmentId(String paymentId) {
        return "ful_" + paymentId;
    }

    /** The payment is paid: the goods may leave. */
    public void request(@Body PaymentChange change) {
        if (!change.isNews()) {
            return; // asked for before, even if the message has been deleted since
        }
        PaymentIntent intent = change.intent();
        String id = fulfillmentId(intent.id());
        enqueue(
                id,
                "fulfillment.requested",
                intent.id(),
                intent.orderRef(),
                20,
                messages.requested(id, intent, true, change.event().created()));
    }

    /** The payment is on its way; goods that are released that early leave now. */
    public void requestEarly(@Body PaymentChange change) {
        PaymentIntent intent = change.intent();
        boolean hasEnded =
                change.payment().status() != null && change.payment().status().isFinal();
        if (!hasEnded && change.isLatest() && earlyRelease.covers(intent)) {
            String id = fulfillmentId(intent.id());
            enqueue(
                    id,
                    "fulfillment.requested",
                    intent.id(),
                    intent.orderRef(),
                    20,
                    messages.requested(id, intent, false, change.event().created()));
        }
    }

    /** Money is authorised: the ERP captures it when the goods leave. A payment that has moved on is not announced. */
    public void announceCapturable(@Body PaymentChange change) {
        if (!change.isLatest()) {
            return;
        }
        PaymentIntent intent = change.intent();
        String id = "cap_" + intent.id() + "_" + change.changeKey().substring(0, 16);
        Instant captureBefore = ledger.chargesOf(intent.id()).stream()
                .filter(c -> c.id().equals(intent.latestChargeId()))
                .findFirst()
                .map(Charge::captureBefore)
                .orElse(null);
        enqueue(
                id,
                "payment.capturable",
                intent.id(),
                intent.orderRef(),
                // One after the other: what was capturable first is told first.
                Math.min(19, 1 + deliveries.countOf(intent.id(), "payment.capturable")),
                messages.capturable(id, intent, captureBefore, change.event().created()));
    }

    /** Has Stripe capture the whole authorised amount. */
    public void capture(@Body PaymentChange change) {
        PaymentIntent intent = change.intent();
        if (!change.isLatest()) {
            return;
        }
        deliveries.enqueue(new Outgoing(
                "capture_" + intent.id() + "_" + change.changeKey().substring(0, 16),
                Destination.STRIPE,
                "payment.capture",
                intent.id(),
                intent.orderRef(),
                10,
                clock.instant(),
                null,
                Captures.request(intent.amountCapturable())));
    }

    /**
     * Tells the ERP what has happened to goods that were released or reserved: hold them, let them go after all, or stop
     * and take them back. Nothing is told of goods that it never heard of.
     */
    public void followUp(@Body LedgerChange change) {
        Payment payment = change.payment();
        if (payment == null || (change instanceof PaymentChange told && told.isFirst())) {
            return;
        }
        List<Change> timeLine = ledger.timeline().of(payment.id());
        // A dispute can come when the delivered message has long been deleted; the time line stays.
        boolean isReleased = timeLine.stream().anyMatch(is("payment_intent.succeeded"))
                || (timeLine.stream().anyMatch(is("payment_intent.processing"))
                        && deliveries.exists(fulfillmentId(payment.id())));
        boolean isReserved = isReleased
                || (timeLine.stream().anyMatch(is("payment_intent.amount_capturable_updated"))
                        && deliveries.countOf(payment.id(), "payment.capturable") > 0);
        if (!isReserved) {
            return;
        }
        if (isReleased) {
            // What ends a hold stands for the hold, too: an event that comes too late must not hold the goods again.
            Predicate<Change> isApproved = is("review.closed").and(c -> "approved".equals(c.detail()));
            hold(payment, timeLine, "review", is("review.opened").or(isApproved));
            release(payment, timeLine, "review", isApproved);
            hold(
                    payment,
                    timeLine,
                    "early_fraud_warning",
                    c -> c.type().startsWith("radar.early_fraud_warning.") && "actionable".equals(c.detail()));
            hold(payment, timeLine, "inquiry", isDispute().and(c -> isInquiry(c.status())));
            release(payment, timeLine, "inquiry", isDispute().and(c -> "warning_closed".equals(c.status())));
            cancel(payment, timeLine, "disputed", isDispute().and(c -> !isInquiry(c.status())));
            release(payment, timeLine, "disputed", is("charge.dispute.closed").and(c -> "won".equals(c.status())));
            cancelWhenFullyRefunded(payment, timeLine);
            holdWhenFailedAfterAll(payment, timeLine);
        }
        cancel(payment, timeLine, "payment_canceled", is("payment_intent.canceled"));
    }

    private void hold(Payment payment, List<Change> timeLine, String reason, Predicate<Change> when) {
        tell(FulfillmentMessages.HELD, "hld", 30, payment, timeLine, reason, when);
    }

    private void release(Payment payment, List<Change> timeLine, String reason, Predicate<Change> when) {
        // A dispute that was won releases what the dispute had canceled, so it comes after.
        tell(FulfillmentMessages.RELEASED, "rel", reason.equals("disputed") ? 60 : 40, payment, timeLine, reason, when);
    }

    private void cancel(Payment payment, List<Change> timeLine, String reason, Predicate<Change> when) {
        tell(FulfillmentMessages.CANCELED, "fcn", 50, payment, timeLine, reason, when);
    }

    private void cancelWhenFullyRefunded(Payment payment, List<Change> timeLine) {
        if (timeLine.stream().noneMatch(is("charge.refunded"))) {
            return;
        }
        List<Charge> charges = ledger.chargesOf(payment.id());
        for (Charge charge : charges) {
            long taken = charge.taken(payment.amountReceived());
            cancel(
                    payment,
                    timeLine,
                    "refunded",
                    is("charge.refunded")
                            .and(c -> c.objectId().equals(charge.id()))
                            .and(c -> taken > 0
                                    && charge.refunded(payment.amountReceived(), zeroIfNull(c.amount())) >= taken));
        }
    }

    // Goods that left while the payment was processing. An attempt that failed before that is no news about them.
    private void holdWhenFailedAfterAll(Payment payment, List<Change> timeLine) {
        List<Change> sinceProcessing = timeLine.stream()
                .dropWhile(is("payment_intent.processing").negate())
                .toList();
        if (sinceProcessing.stream().noneMatch(is("payment_intent.payment_failed"))) {
            return;
        }
        boolean isPaid = timeLine.stream().anyMatch(is("payment_intent.succeeded"));
        hold(
                payment,
                sinceProcessing,
                "payment_failed",
                is("payment_intent.payment_failed").and(c -> !isPaid));
        if (deliveries.exists(id("hld", payment.id(), "payment_failed"))) {
            release(payment, timeLine, "payment_failed", is("payment_intent.succeeded"));
        }
    }

    private void tell(
            String type,
            String prefix,
            int sequence,
            Payment payment,
            List<Change> timeLine,
            String reason,
            Predicate<Change> when) {
        timeLine.stream().filter(when).findFirst().ifPresent(change -> {
            String id = id(prefix, payment.id(), reason);
            enqueue(
                    id,
                    type.substring("io.payroutes.".length(), type.length() - ".v1".length()),
                    payment.id(),
                    payment.orderRef(),
                    sequence,
                    messages.followUp(type, id, payment, reason, change.occurredAt()));
        });
    }

    private void enqueue(
            String id, String kind, String paymentId, @Nullable String orderRef, int sequence, String payload) {
        deliveries.enqueue(
                new Outgoing(id, Destination.ERP, kind, paymentId, orderRef, sequence, clock.instant(), null, payload));
    }

    private static String id(String prefix, String paymentId, String reason) {
        return prefix + "_" + paymentId + "_" + reason;
    }

    private static Predicate<Change> is(String type) {
        return change -> change.type().equals(type);
    }

    private static Predicate<Change> isDispute() {
        return change -> change.type().startsWith("charge.dispute.");
    }

    /** An inquiry moves no money yet. */
    private static boolean isInquiry(@Nullable String status) {
        return status != null && (status.startsWith("warning_") || status.equals("prevented"));
    }

    private static long zeroIfNull(@Nullable Long amount) {
        return amount == null ? 0 : amount;
    }
}
