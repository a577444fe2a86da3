package io.payroutes.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Lives through one payment by chance. */
final class HistoryWriter {
    private static final List<String> CURRENCIES = List.of("jpy", "usd", "eur", "gbp", "kwd");
    private static final List<String> DECLINES = List.of(
            "insufficient_funds", "generic_decline", "expired_card", "incorrect_cvc", "lost_card", "processing_error");
    private static final List<String> CANCELLATIONS = List.of("abandoned", "requested_by_customer", "duplicate");

    private final SplittableRandom random;
    private final List<StripeEvent> events = new ArrayList<>();
    private StripePayment payment;
    private long now;
    private int attempts;
    private int latestCharge;
    private int failedAttempts;
    private String status = "requires_payment_method";
    private long received;
    private long refunded;
    private @Nullable String dispute;

    private HistoryWriter(SplittableRandom random, StripePayment payment, long now) {
        this.random = random;
        this.payment = payment;
        this.now = now;
    }

    static History write(SplittableRandom random, String id, int number, long start) {
        ApiVersion[] versions = ApiVersion.values();
        StripePayment payment = StripePayment.of(
                        id, 10L * (100 + random.nextInt(50_000)), CURRENCIES.get(random.nextInt(CURRENCIES.size())))
                .version(versions[random.nextInt(versions.length)])
                .order("order-" + number)
                .language(random.nextBoolean() ? "ja" : "en")
                .receiptEmail("customer" + number + "@example.com")
                .customerName("山田 " + number)
                .at(start);
        return new HistoryWriter(random, payment, start).live();
    }

    private History live() {
        emit(payment.created(now));
        pass();
        failSomeAttempts();
        switch (random.nextInt(8)) {
            case 0 -> abandonOrCancel();
            case 1, 2 -> payAtOnce();
            case 3 -> payAfterAuthentication();
            case 4 -> payByDebit();
            case 5 -> payByVoucher();
            case 6 -> payByBankTransfer();
            default -> hold();
        }
        if (status.equals("succeeded")) {
            liveOnAfterSuccess();
        }
        Expectation expectation = new Expectation(payment.id(), status, received, refunded, failedAttempts, dispute);
        return new History(payment, events, expectation);
    }

    // ---- up to the end of the PaymentIntent

    private void failSomeAttempts() {
        int failures = random.nextBoolean() ? 0 : 1 + random.nextInt(3);
        for (int i = 0; i < failures; i++) {
            if (i > 0) {
                passOn();
            }
            switch (random.nextInt(5)) {
                case 0 -> failAuthentication();
                case 1 -> failBlocked();
                default -> failDeclined(DECLINES.get(random.nextInt(DECLINES.size())));
            }
        }
    }

    private void failDeclined(String code) {
        beginAttempt();
        emit(payment.chargeFailed(code, attempts, now));
        emit(payment.paymentFailed(code, attempts, now));
        attemptFailed(attempts);
    }

    private void failBlocked() {
        beginAttempt();
        emit(payment.chargeBlocked(attempts, now));
        emit(payment.paymentBlocked(attempts, now));
        attemptFailed(attempts);
    }

    private void failAuthentication() {
        beginAttempt();
        emit(payment.attempt(latestCharge + 1).requiresAction("use_stripe_sdk", now));
        pass();
        emit(payment.authenticationFailed(attempts, latestCharge, now));
        attemptFailed(latestCharge);
    }

    private void abandonOrCancel() {
        if (random.nextBoolean()) {
            passOn();
            emit(payment.canceled(CANCELLATIONS.get(random.nextInt(CANCELLATIONS.size())), latestCharge, now));
            status = "canceled";
        }
    }

    private void payAtOnce() {
        if (random.nextInt(4) > 0) {
            passOn();
        }
        beginAttempt();
        succeed();
    }

    private void payAfterAuthentication() {
        passOn();
        beginAttempt();
        emit(payment.attempt(latestCharge + 1).requiresAction("redirect_to_url", now));
        status = "requires_action";
        if (random.nextInt(5) > 0) {
            pass();
            succeed();
        }
    }

    private void payByDebit() {
        passOn();
        payment = payment.paidWith("us_bank_account");
        beginAttempt();
        emit(payment.chargePending(now));
        emit(payment.processing(now));
        status = "processing";
        pass();
        int outcome = random.nextInt(5);
        if (outcome > 1) {
            succeed();
        } else if (outcome == 1) {
            emit(payment.chargeFailed("insufficient_funds", attempts, now));
            emit(payment.paymentFailed("insufficient_funds", attempts, now));
            attemptFailed(attempts);
        }
    }

    private void payByVoucher() {
        passOn();
        payment = payment.paidWith("konbini");
        beginAttempt();
        emit(payment.attempt(latestCharge + 1).requiresAction("konbini_display_details", now));
        status = "requires_action";
        pass();
        int outcome = random.nextInt(5);
        if (outcome > 1) {
            succeed();
        } else if (outcome == 1) {
            emit(payment.attemptExpired(attempts, latestCharge, now));
            attemptFailed(latestCharge);
            abandonOrCancel();
        }
    }

    private void payByBankTransfer() {
        passOn();
        payment = payment.paidWith("customer_balance");
        beginAttempt();
        StripePayment waiting = payment.attempt(latestCharge + 1);
        emit(waiting.requiresAction("display_bank_transfer_instructions", now));
        status = "requires_action";
        long remaining = payment.amount();
        for (int i = random.nextInt(3); i > 0; i--) {
            pass();
            remaining /= 2;
            emit(waiting.partiallyFunded(remaining, now));
        }
        if (random.nextInt(4) > 0) {
            pass();
            succeed();
        }
    }

    private void hold() {
        passOn();
        payment = payment.manualCapture();
        beginAttempt();
        emit(payment.chargeSucceeded(now));
        emit(payment.amountCapturableUpdated(payment.amount(), 0, now));
        latestCharge = attempts;
        status = "requires_capture";
        pass();
        switch (random.nextInt(6)) {
            case 0 -> letGo();
            case 1 -> capture(payment.amount());
            case 2 -> captureInTwoSteps();
            case 3, 4 -> capture(payment.amount() / 2);
            default -> {}
        }
    }

    private void letGo() {
        boolean expired = random.nextBoolean();
        if (expired) {
            emit(payment.chargeExpired(now));
        }
        if (payment.endpoint().version().refundsWhatIsNotCaptured()) {
            emit(payment.chargeRefundedByRelease(now));
        }
        emit(expired ? payment.holdExpired(now) : payment.holdCanceled("requested_by_customer", now));
        status = "canceled";
    }

    private void captureInTwoSteps() {
        long first = payment.amount() / 2;
        emit(payment.amountCapturableUpdated(payment.amount() - first, first, now));
        received = first;
        if (random.nextBoolean()) {
            pass();
            capture(payment.amount());
        }
    }

    private void capture(long amount) {
        payment = payment.capturing(amount);
        emit(payment.chargeCaptured(now));
        if (amount < payment.amount() && payment.endpoint().version().refundsWhatIsNotCaptured()) {
            emit(payment.chargeRefundedByCapture(now));
        }
        emit(payment.succeeded(now));
        succeeded();
    }

    private void succeed() {
        emit(payment.chargeSucceeded(now));
        emit(payment.succeeded(now));
        succeeded();
        if (payment.endpoint().version().capturesAsynchronously()) {
            pass();
            emit(payment.chargeUpdated(now));
        }
    }

    private void succeeded() {
        latestCharge = attempts;
        received = payment.toCapture();
        status = "succeeded";
    }

    // ---- afterwards

    private void liveOnAfterSuccess() {
        pass();
        switch (random.nextInt(9)) {
            case 0 -> refund(List.of(received));
            case 1 -> refund(List.of(received / 3));
            case 2 -> refund(List.of(received / 3, received - received / 3));
            case 3 -> refundThatFails();
            case 4 -> dispute();
            case 5 -> inquiry();
            case 6 -> warn();
            default -> {}
        }
    }

    private void refund(List<Long> amounts) {
        List<Refund> refunds = new ArrayList<>();
        for (long amount : amounts) {
            Refund refund = new Refund(refunds.size() + 1, amount, now);
            refunds.add(refund);
            boolean pending = random.nextBoolean();
            emit(payment.refundCreated(refund, pending ? "pending" : "succeeded", now));
            emit(payment.chargeRefunded(List.copyOf(refunds), now));
            if (pending) {
                pass();
                emit(payment.refundUpdated(refund, "succeeded", now));
            }
            refunded += amount;
            pass();
        }
    }

    private void refundThatFails() {
        Refund refund = new Refund(1, received, now);
        emit(payment.refundCreated(refund, "succeeded", now));
        emit(payment.chargeRefunded(List.of(refund), now));
        passOn();
        emit(payment.chargeRefundUpdated(refund, "failed", now));
        emit(payment.refundUpdated(refund, "failed", now));
        emit(payment.refundFailed(refund, now));
    }

    private void dispute() {
        Dispute opened = Dispute.of(received, now);
        emit(payment.disputeCreated(opened, now));
        emit(payment.disputeFundsWithdrawn(opened, now));
        dispute = "needs_response";
        if (random.nextInt(3) == 0) {
            return;
        }
        pass();
        emit(payment.disputeUpdated(opened, now));
        dispute = "under_review";
        pass();
        switch (random.nextInt(3)) {
            case 0 -> {
                emit(payment.disputeClosed(opened, "won", now));
                emit(payment.disputeFundsReinstated(opened, now));
                dispute = "won";
            }
            case 1 -> {
                emit(payment.disputeClosed(opened, "lost", now));
                dispute = "lost";
            }
            default -> {}
        }
    }

    private void inquiry() {
        Dispute opened = Dispute.inquiry(received, now);
        emit(payment.disputeCreated(opened, now));
        dispute = "warning_needs_response";
        if (random.nextBoolean()) {
            pass();
            emit(payment.disputeClosed(opened, "warning_closed", now));
            dispute = "warning_closed";
        }
    }

    private void warn() {
        emit(payment.reviewOpened(now));
        emit(payment.earlyFraudWarningCreated(now));
        pass();
        emit(payment.reviewClosed("approved", now));
    }

    // ---- the clock and the record

    private void beginAttempt() {
        attempts++;
        payment = payment.attempt(attempts, now);
    }

    private void attemptFailed(int latestCharge) {
        this.latestCharge = latestCharge;
        failedAttempts++;
        status = "requires_payment_method";
    }

    private void emit(StripeEvent event) {
        events.add(event);
        if (random.nextInt(12) == 0) {
            events.add(event.twin());
        }
    }

    /** Lets time pass, or not: one time in three the next thing happens in the same second. */
    private void pass() {
        if (random.nextInt(3) > 0) {
            passOn();
        }
    }

    private void passOn() {
        now += 1 + random.nextInt(600);
    }
}
