package io.payroutes.payment;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the back office has asked for: captures, cancellations and refunds, as lines of the payment's time line. What
 * follows from them is told by Stripe's events.
 */
public final class PaymentActions {
    private static final String CAPTURE = "api.capture";

    private final Ledger ledger;
    private final Clock clock;

    public PaymentActions(Ledger ledger, Clock clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    /** What can be asked for. */
    public enum Action {
        CAPTURE(PaymentActions.CAPTURE, 90),
        CANCEL("api.cancel", 91),
        REFUND("api.refund", 92);

        private final String type;
        private final long rank;

        Action(String type, long rank) {
            this.type = type;
            this.rank = rank;
        }
    }

    /**
     * Writes down that Stripe has done what was asked for; once for each request.
     *
     * @param objectId the object that it was done to, or that came of it
     * @param amount minor units; null if the action has none
     * @param request identifies the request: the same one writes no second line
     */
    public void record(
            String paymentId,
            Action action,
            String objectId,
            @Nullable String status,
            @Nullable Long amount,
            @Nullable String currency,
            @Nullable String detail,
            String request) {
        ledger.timeline()
                .add(
                        paymentId,
                        new Timeline.Change(
                                clock.instant().truncatedTo(ChronoUnit.SECONDS),
                                action.rank,
                                action.type,
                                objectId,
                                status,
                                amount,
                                currency,
                                detail),
                        action.type + " " + request);
    }

    /** How much was to be captured, minor units; empty if that was never asked for here. */
    public Optional<Long> captured(String paymentId) {
        return ledger.timeline().of(paymentId).stream()
                .filter(change -> change.type().equals(CAPTURE) && change.amount() != null)
                .map(Timeline.Change::amount)
                .reduce((first, last) -> last);
    }
}
