package io.payroutes.payment;

import io.payroutes.inbox.ContradictionException;
import io.payroutes.inbox.StripeEvent;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Body;
import org.jspecify.annotations.Nullable;

/** Records what the events of PaymentIntents tell. Runs in the transaction of the event. */
public final class Payments {
    /** Rank of what was re-read: within its second it is later than whatever an event of it tells. */
    private static final int AFTER_ALL_EVENTS = 100;

    private final Ledger ledger;
    private final Charges charges;
    private final MetadataKeys keys;

    public Payments(Ledger ledger, Charges charges, MetadataKeys keys) {
        this.ledger = ledger;
        this.charges = charges;
        this.keys = keys;
    }

    /**
     * Records a {@code payment_intent.*} event.
     *
     * @throws ContradictionException if type and object disagree, or the payment already ended otherwise
     */
    public PaymentChange record(@Body StripeEvent event) {
        ledger.mustTake(event);
        PaymentIntentEvent kind = PaymentIntentEvent.of(event.type());
        PaymentIntent intent = PaymentIntent.of(event, keys);
        kind.mustAllow(intent.status());
        if (kind == PaymentIntentEvent.SUCCEEDED) {
            mustBePaid(intent);
        }

        Version version = version(event, kind.rank(), intent);
        Map<String, @Nullable Object> columns = columns(event, kind == PaymentIntentEvent.PAYMENT_FAILED, intent);
        LockedPayment locked = ledger.lock(intent.id(), version, columns);
        mustNotEndTwice(locked.payment(), intent.status());
        boolean isKept = locked.isNew() || locked.keepLatest(version, columns);
        keepCharges(event, intent, locked);

        String key = changeKey(event, kind, intent);
        boolean isNews = ledger.timeline().add(intent.id(), change(event, kind, intent), key);
        if (isNews && kind == PaymentIntentEvent.PAYMENT_FAILED) {
            locked.countFailedAttempt();
        }
        Payment payment = locked.save();
        // What was re-read from Stripe before its event came does not make the event an old one.
        boolean isLatest = isKept || (isNews && isSameState(payment, intent));
        return new PaymentChange(event, intent, payment, locked.isNew(), isNews, isLatest, key);
    }

    /**
     * Keeps a PaymentIntent as it was read from Stripe's API, its latest charge included if that is expanded. It tells how
     * things are, not what has happened: nothing is added to the time line, and nothing goes out because of it.
     *
     * @param read the PaymentIntent as if an event of the second of Stripe's answer had brought it
     * @throws ContradictionException if it is no PaymentIntent, or one of the mode that is not taken
     */
    public Payment refresh(StripeEvent read) {
        ledger.mustTake(read);
        PaymentIntent intent = PaymentIntent.of(read, keys);
        Version version = version(read, AFTER_ALL_EVENTS, intent);
        Map<String, @Nullable Object> columns = columns(read, false, intent);
        LockedPayment locked = ledger.lock(intent.id(), version, columns);
        if (!locked.isNew()) {
            locked.keepLatest(version, columns);
        }
        keepCharges(read, intent, locked);
        return locked.save();
    }

    private void keepCharges(StripeEvent event, PaymentIntent intent, LockedPayment locked) {
        for (StripeObject charge : intent.charges()) {
            charges.keep(event, charge, intent.id());
            locked.expectParts();
        }
    }

    private static boolean isSameState(Payment payment, PaymentIntent intent) {
        return payment.status() == intent.status()
                && Objects.equals(payment.amount(), intent.amount())
                && Objects.equals(payment.amountCapturable(), intent.amountCapturable())
                && Objects.equals(payment.amountReceived(), intent.amountReceived());
    }

    // A contradiction never ships goods.
    private static void mustBePaid(PaymentIntent intent) {
        Long received = intent.amountReceived();
        if (received == null || received <= 0) {
            throw new ContradictionException("payment_intent.succeeded with nothing received");
        }
        boolean capturedByHand = "manual".equals(intent.captureMethod());
        if (received < intent.amount() && !capturedByHand) {
            throw new ContradictionException(
                    "payment_intent.succeeded with " + received + " received of " + intent.amount());
        }
        StripeObject charge = intent.latestCharge();
        if (charge == null) {
            return;
        }
        if ("failed".equals(charge.json().path("status").textValue())) {
            throw new ContradictionException("payment_intent.succeeded with a failed charge");
        }
        if (!intent.currency().equals(charge.currency())) {
            throw new ContradictionException("payment_intent.succeeded with a charge in another currency");
        }
    }

    private static void mustNotEndTwice(Payment before, PaymentIntentStatus status) {
        if (before.status() != null && before.status().isFinal() && status.isFinal() && before.status() != status) {
            throw new ContradictionException(status.wireName() + ", but the payment has already ended as "
                    + before.status().wireName());
        }
    }

    private static Version version(StripeEvent event, int rank, PaymentIntent intent) {
        return new Version(
                intent.status().isFinal() ? 1 : 0,
                event.created().getEpochSecond(),
                rank,
                // Several captures in one second: the more received, the later.
                String.format(
                        Locale.ROOT, "%019d %s", Objects.requireNonNullElse(intent.amountReceived(), 0L), event.id()));
    }

    private static Map<String, @Nullable Object> columns(
            StripeEvent event, boolean tellsOfFailure, PaymentIntent intent) {
        PaymentIntent.Failure failure = intent.failure();
        boolean attemptFailed = switch (intent.status()) {
            case REQUIRES_PAYMENT_METHOD -> tellsOfFailure || failure != null;
            case CANCELED -> failure != null;
            case REQUIRES_CONFIRMATION, REQUIRES_ACTION, PROCESSING, REQUIRES_CAPTURE, SUCCEEDED -> false;
        };
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        columns.put("payment_id", intent.id());
        columns.put("status", intent.status().wireName());
        columns.put("amount", intent.amount());
        columns.put("amount_capturable", intent.amountCapturable());
        columns.put("amount_received", intent.amountReceived());
        columns.put("amount_remaining", intent.amountRemaining());
        columns.put("currency", intent.currency());
        columns.put("capture_method", intent.captureMethod());
        columns.put("payment_method_type", intent.paymentMethodType());
        columns.put("next_action_type", intent.nextActionType());
        columns.put("cancellation_reason", intent.cancellationReason());
        columns.put("failure_code", failure == null ? null : failure.code());
        columns.put("decline_code", failure == null ? null : failure.declineCode());
        columns.put("attempt_failed", attemptFailed);
        columns.put("latest_charge_id", intent.latestChargeId());
        columns.put("customer_id", intent.customerId());
        columns.put("receipt_email", intent.receiptEmail());
        columns.put("order_ref", intent.orderRef());
        columns.put("description", intent.description());
        columns.put("livemode", intent.livemode());
        columns.put("account", StripeObject.clean(event.account(), 255));
        columns.put("created_at", intent.created());
        columns.put("paid_at", intent.status() == PaymentIntentStatus.SUCCEEDED ? event.created() : null);
        return columns;
    }

    private static Timeline.Change change(StripeEvent event, PaymentIntentEvent kind, PaymentIntent intent) {
        long amount = switch (kind) {
            case AMOUNT_CAPTURABLE_UPDATED -> intent.amountCapturable();
            case PARTIALLY_FUNDED -> Objects.requireNonNullElse(intent.amountRemaining(), intent.amount());
            case SUCCEEDED -> Objects.requireNonNullElse(intent.amountReceived(), intent.amount());
            case CREATED, ACTION_REQUIRED, PROCESSING, PAYMENT_FAILED, CANCELED -> intent.amount();
        };
        PaymentIntent.Failure failure = intent.failure();
        String detail = switch (kind) {
            case PAYMENT_FAILED ->
                failure == null ? null : failure.declineCode() == null ? failure.code() : failure.declineCode();
            case ACTION_REQUIRED, PARTIALLY_FUNDED -> intent.nextActionType();
            case CANCELED -> intent.cancellationReason();
            case CREATED, PROCESSING, AMOUNT_CAPTURABLE_UPDATED, SUCCEEDED -> null;
        };
        return new Timeline.Change(
                event.created(),
                kind.rank(),
                event.type(),
                intent.id(),
                intent.status().wireName(),
                amount,
                intent.currency(),
                detail);
    }

    /**
     * A failed attempt is known by its charge; one that failed before there was a charge, by what Stripe says of it and
     * when. Every other change is known by what it says and when.
     */
    private static String changeKey(StripeEvent event, PaymentIntentEvent kind, PaymentIntent intent) {
        PaymentIntent.Failure failure = intent.failure();
        if (kind == PaymentIntentEvent.PAYMENT_FAILED && failure != null && failure.chargeId() != null) {
            return Timeline.digest(kind.type() + "|" + failure.chargeId());
        }
        return Timeline.digest(String.join(
                "|",
                kind.type(),
                String.valueOf(event.created().getEpochSecond()),
                intent.id(),
                intent.status().wireName(),
                String.valueOf(intent.amountCapturable()),
                String.valueOf(intent.amountReceived()),
                String.valueOf(intent.amountRemaining()),
                String.valueOf(intent.nextActionType()),
                failure == null ? "" : failure.fingerprint()));
    }
}
