package io.payroutes.payment;

import io.payroutes.inbox.StripeEvent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Body;
import org.jspecify.annotations.Nullable;

/** Records what events tell of charges. Runs in the transaction of the event. */
public final class Charges {
    private static final long LARGEST_AMOUNT = 1L << 50;

    private final Ledger ledger;
    private final Refunds refunds;
    private final MetadataKeys keys;

    public Charges(Ledger ledger, Refunds refunds, MetadataKeys keys) {
        this.ledger = ledger;
        this.refunds = refunds;
        this.keys = keys;
    }

    /**
     * Records a {@code charge.*} event whose object is a charge.
     *
     * @throws io.payroutes.inbox.ContradictionException if it is none, or lacks what every charge has
     */
    public ObjectChange record(@Body StripeEvent event) {
        ledger.mustTake(event);
        StripeObject charge = StripeObject.of(event, "charge");
        String paymentId = charge.reference("payment_intent");
        LockedPayment locked = paymentId == null ? null : ledger.lock(paymentId, createdAt(event, charge));
        keep(event, charge, paymentId);
        Payment payment = null;
        if (locked != null) {
            ledger.timeline().add(locked.payment().id(), change(event, charge));
            payment = locked.save();
        }
        return new ObjectChange(event, charge.id(), charge.id(), payment);
    }

    /** Keeps a charge as an event shows it, and the refunds that it carries. */
    void keep(StripeEvent event, StripeObject charge, @Nullable String paymentId) {
        String id = charge.id();
        long refunded = Objects.requireNonNullElse(charge.amount("amount_refunded"), 0L);
        StripeObject card = charge.at("payment_method_details").at("card");
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        columns.put("charge_id", id);
        columns.put("payment_id", paymentId);
        columns.put("status", charge.text("status", 64));
        columns.put("amount", charge.mustAmount("amount"));
        columns.put("amount_captured", charge.amount("amount_captured"));
        columns.put("amount_refunded", refunded);
        columns.put("currency", charge.currency());
        columns.put("captured", charge.flag("captured"));
        columns.put("paid", charge.flag("paid"));
        columns.put("refunded", charge.flag("refunded"));
        columns.put("disputed", charge.flag("disputed") || charge.has("dispute"));
        columns.put("capture_before", card.time("capture_before"));
        columns.put("balance_transaction_id", charge.reference("balance_transaction"));
        columns.put("failure_code", charge.text("failure_code", 128));
        columns.put("decline_code", charge.at("outcome").text("reason", 128));
        columns.put("outcome_type", charge.at("outcome").text("type", 64));
        columns.put("payment_method_type", charge.at("payment_method_details").text("type", 64));
        columns.put("card_brand", card.text("brand", 64));
        columns.put("card_last4", card.text("last4", 16));
        columns.put("customer_id", charge.reference("customer"));
        columns.put("order_ref", keys.orderOf(charge));
        columns.put("api_version", StripeObject.clean(event.apiVersion(), 255));
        columns.put("livemode", charge.optionalFlag("livemode"));
        columns.put("account", StripeObject.clean(event.account(), 255));
        columns.put("created_at", createdAt(event, charge));
        ledger.keepLatest(ledger.charges(), id, version(event, charge, refunded), columns);
        for (StripeObject refund : charge.list("refunds")) {
            refunds.keep(event, refund, id, paymentId);
        }
    }

    private static Instant createdAt(StripeEvent event, StripeObject charge) {
        Instant created = charge.time("created");
        return created == null ? event.created() : created;
    }

    /** Within one second: the further along, the later. All of these only ever grow in that time. */
    private static Version version(StripeEvent event, StripeObject charge, long refunded) {
        int progress = switch (Objects.requireNonNullElse(charge.text("status", 64), "")) {
            case "succeeded" -> 2;
            case "failed" -> 1;
            default -> 0;
        };
        long captured = Objects.requireNonNullElse(charge.amount("amount_captured"), 0L);
        long flags = progress * 8L
                + (charge.flag("captured") ? 4 : 0)
                + (charge.reference("balance_transaction") != null ? 2 : 0)
                + (charge.flag("disputed") ? 1 : 0);
        return new Version(
                0,
                event.created().getEpochSecond(),
                flags * LARGEST_AMOUNT + Math.min(refunded, LARGEST_AMOUNT - 1),
                String.format(Locale.ROOT, "%019d %s", captured, event.id()));
    }

    private static Timeline.Change change(StripeEvent event, StripeObject charge) {
        // For a refund the time line says how much is refunded by now; what goes out is decided by that.
        boolean isRefund = event.type().equals("charge.refunded");
        Long captured = charge.amount("amount_captured");
        Long amount = isRefund
                ? charge.amount("amount_refunded")
                : event.type().equals("charge.captured") && captured != null ? captured : charge.amount("amount");
        return new Timeline.Change(
                event.created(),
                100,
                event.type(),
                charge.id(),
                charge.text("status", 64),
                amount,
                charge.currency(),
                charge.text("failure_code", 128));
    }
}
