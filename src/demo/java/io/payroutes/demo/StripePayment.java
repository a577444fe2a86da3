package io.payroutes.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One payment, and every event that can happen to it. Immutable: the methods that set something answer a new payment,
 * those that take a second ({@code at}) answer the event of that second. The same calls give the same bytes.
 *
 * <pre>{@code
 * StripePayment payment = StripePayment.of("pi_demo_1", 4900, "jpy").order("1001").receiptEmail("taro@example.com");
 * payment.paymentFailed("insufficient_funds", 1, at);
 * payment.attempt(2).succeeded(at + 60);
 * }</pre>
 */
public final class StripePayment {
    private static final long DEFAULT_CREATED = 1_767_225_600L; // 2026-01-01T00:00:00Z

    private final String id;
    private final long amount;
    private final String currency;
    private final Endpoint endpoint;
    private final Buyer buyer;
    private final Method method;
    private final @Nullable String captureMethod;
    private final String confirmationMethod;
    private final long toCapture;
    private final long created;
    private final int attempt;
    private final long attemptedAt;

    private StripePayment(
            String id,
            long amount,
            String currency,
            Endpoint endpoint,
            Buyer buyer,
            Method method,
            @Nullable String captureMethod,
            String confirmationMethod,
            long toCapture,
            long created,
            int attempt,
            long attemptedAt) {
        this.id = id;
        this.amount = amount;
        this.currency = currency;
        this.endpoint = endpoint;
        this.buyer = buyer;
        this.method = method;
        this.captureMethod = captureMethod;
        this.confirmationMethod = confirmationMethod;
        this.toCapture = toCapture;
        this.created = created;
        this.attempt = attempt;
        this.attemptedAt = attemptedAt;
    }

    /** A card payment in test mode, rendered in the latest version we know. */
    public static StripePayment of(String id, long amount, String currency) {
        return new StripePayment(
                id,
                amount,
                currency,
                Endpoint.of(ApiVersion.DAHLIA),
                Buyer.UNKNOWN,
                Method.VISA,
                null,
                "automatic",
                amount,
                DEFAULT_CREATED,
                1,
                DEFAULT_CREATED);
    }

    /** Every type of next action that a PaymentIntent can have. */
    public static List<String> nextActionTypes() {
        return NextActionJson.types();
    }

    // ---- what the payment is like

    public StripePayment endpoint(Endpoint endpoint) {
        return copy(
                endpoint, buyer, method, captureMethod, confirmationMethod, toCapture, created, attempt, attemptedAt);
    }

    public StripePayment version(ApiVersion version) {
        return endpoint(endpoint.version(version));
    }

    public StripePayment livemode(boolean livemode) {
        return endpoint(endpoint.livemode(livemode));
    }

    /** The payment belongs to a connected account. */
    public StripePayment account(@Nullable String account) {
        return endpoint(endpoint.account(account));
    }

    /** The order, as {@code metadata.order_id}. */
    public StripePayment order(@Nullable String order) {
        return buyer(buyer.order(order));
    }

    /** The customer's language, as {@code metadata.language}. */
    public StripePayment language(@Nullable String language) {
        return buyer(buyer.language(language));
    }

    public StripePayment receiptEmail(@Nullable String receiptEmail) {
        return buyer(buyer.receiptEmail(receiptEmail));
    }

    /** Who pays, and whom the goods are shipped to; without a name there is no {@code shipping}. */
    public StripePayment customerName(@Nullable String name) {
        return buyer(buyer.name(name));
    }

    /** The customer's id. */
    public StripePayment customer(@Nullable String customer) {
        return buyer(buyer.customer(customer));
    }

    public StripePayment description(@Nullable String description) {
        return buyer(buyer.description(description));
    }

    public StripePayment card(String brand, String last4) {
        return method(new Method("card", brand, last4));
    }

    /** Paid with something else than a card, for instance {@code konbini}. */
    public StripePayment paidWith(String methodType) {
        return method(methodType.equals("card") ? Method.VISA : Method.of(methodType));
    }

    /** The second of creation, and of the first attempt. */
    public StripePayment at(long created) {
        return copy(endpoint, buyer, method, captureMethod, confirmationMethod, toCapture, created, attempt, created);
    }

    /** Authorised first, captured later. */
    public StripePayment manualCapture() {
        return captureMethod("manual");
    }

    /** {@code manual}, {@code automatic} or {@code automatic_async} instead of the version's default. */
    public StripePayment captureMethod(@Nullable String captureMethod) {
        return copy(
                endpoint, buyer, method, captureMethod, confirmationMethod, toCapture, created, attempt, attemptedAt);
    }

    /** The server confirms, so that an authenticated payment waits in {@code requires_confirmation}. */
    public StripePayment manualConfirmation() {
        return copy(endpoint, buyer, method, captureMethod, "manual", toCapture, created, attempt, attemptedAt);
    }

    /** How much is captured in the end, where that is not the amount. */
    public StripePayment capturing(long toCapture) {
        return copy(
                endpoint, buyer, method, captureMethod, confirmationMethod, toCapture, created, attempt, attemptedAt);
    }

    /** What happens next happens to the charge of this attempt, counted from 1; 0 is before any charge. */
    public StripePayment attempt(int number) {
        return attempt(number, attemptedAt);
    }

    /** The same, with the second in which the attempt's charge was created. */
    public StripePayment attempt(int number, long attemptedAt) {
        return copy(
                endpoint, buyer, method, captureMethod, confirmationMethod, toCapture, created, number, attemptedAt);
    }

    // ---- the PaymentIntent's events

    public StripeEvent created(long at) {
        return intent("created", at, IntentState.of("requires_payment_method"));
    }

    /** The customer is asked for something; the payment method of this event follows from the type. */
    public StripeEvent requiresAction(String nextActionType, long at) {
        StripePayment asked = methodFor(nextActionType);
        return asked.intent("requires_action", at, asked.asking(nextActionType, amount, at));
    }

    public StripeEvent processing(long at) {
        return intent("processing", at, IntentState.of("processing").charge(attempt, ChargeState.pending()));
    }

    /** The attempt's charge failed with a decline code, or with a code that stands for itself. */
    public StripeEvent paymentFailed(String code, int attempt, long at) {
        return attempt(attempt).paymentFailed(Decline.of(code), at);
    }

    /** Radar blocked the attempt. */
    public StripeEvent paymentBlocked(int attempt, long at) {
        return attempt(attempt).paymentFailed(Decline.byRadar(), at);
    }

    /**
     * 3D Secure failed: there is no charge, and {@code latest_charge} is that of an attempt before, 0 for none. Each
     * attempt brings its own payment method.
     */
    public StripeEvent authenticationFailed(int attempt, int latestCharge, long at) {
        return failedWithoutCharge("payment_intent_authentication_failure", attempt, latestCharge, at);
    }

    /** A voucher or redirect was not used in time. */
    public StripeEvent attemptExpired(int attempt, int latestCharge, long at) {
        return failedWithoutCharge("payment_intent_payment_attempt_expired", attempt, latestCharge, at);
    }

    /** Funds are held; with a {@code received} amount, a part has been captured already. */
    public StripeEvent amountCapturableUpdated(long capturable, long received, long at) {
        ChargeState charge = received > 0 ? ChargeState.captured(received, true) : ChargeState.held();
        IntentState state =
                IntentState.of("requires_capture").amounts(capturable, received).charge(attempt, charge);
        return intent("amount_capturable_updated", at, state);
    }

    /** A bank transfer brought less than the amount. */
    public StripeEvent partiallyFunded(long remaining, long at) {
        String type = "display_bank_transfer_instructions";
        StripePayment asked = methodFor(type);
        return asked.intent("partially_funded", at, asked.asking(type, remaining, at));
    }

    public StripeEvent succeeded(long at) {
        IntentState state = IntentState.of("succeeded")
                .amounts(0, toCapture)
                .charge(attempt, ChargeState.captured(toCapture, settlesAtOnce()));
        return intent("succeeded", at, state);
    }

    /** Succeeded with another amount than the one that was asked for. */
    public StripeEvent succeeded(long received, long at) {
        return capturing(received).succeeded(at);
    }

    /** Canceled before any attempt. */
    public StripeEvent canceled(String reason, long at) {
        return canceled(reason, 0, at);
    }

    /** Canceled after the charge of the attempt {@code latestCharge} failed. */
    public StripeEvent canceled(String reason, int latestCharge, long at) {
        return intent(
                "canceled",
                at,
                IntentState.of("canceled").canceled(reason, at).charge(latestCharge, failedEarlier(latestCharge)));
    }

    /** Canceled while funds were held, which are released. */
    public StripeEvent holdCanceled(String reason, long at) {
        return intent(
                "canceled",
                at,
                IntentState.of("canceled").canceled(reason, at).charge(attempt, ChargeState.holdReleased()));
    }

    /** The hold ran out: canceled with the reason that the version gives. */
    public StripeEvent holdExpired(long at) {
        return holdCanceled(endpoint.version().knowsExpired() ? "expired" : "automatic", at);
    }

    // ---- the Charge's events

    public StripeEvent chargePending(long at) {
        return charge("charge.pending", at, ChargeState.pending());
    }

    /** Paid, or held where the payment is captured later. */
    public StripeEvent chargeSucceeded(long at) {
        ChargeState state = isManualCapture() ? ChargeState.held() : ChargeState.captured(toCapture, settlesAtOnce());
        return charge("charge.succeeded", at, state);
    }

    public StripeEvent chargeFailed(String code, int attempt, long at) {
        return attempt(attempt).charge("charge.failed", at, ChargeState.failed(Decline.of(code)));
    }

    public StripeEvent chargeBlocked(int attempt, long at) {
        return attempt(attempt).charge("charge.failed", at, ChargeState.failed(Decline.byRadar()));
    }

    public StripeEvent chargeCaptured(long at) {
        return charge("charge.captured", at, ChargeState.captured(toCapture, settlesAtOnce()));
    }

    public StripeEvent chargeExpired(long at) {
        return charge("charge.expired", at, ChargeState.holdReleased());
    }

    /** The capture is booked: the charge has its balance transaction. */
    public StripeEvent chargeUpdated(long at) {
        ObjectNode before = Json.object().putNull("balance_transaction");
        ObjectNode charge = ChargeJson.of(this, ChargeState.captured(toCapture, true));
        return EventJson.of(endpoint, "charge.updated", at, charge, before);
    }

    /** The description changed while the charge was disputed. */
    public StripeEvent chargeUpdatedUnderDispute(long at) {
        ObjectNode before = Json.object().putNull("description");
        ChargeState state = ChargeState.captured(toCapture, true).disputed(true);
        return EventJson.of(endpoint, "charge.updated", at, ChargeJson.of(this, state), before);
    }

    /** Refunded once, in full or in part. */
    public StripeEvent chargeRefunded(long refunded, long at) {
        return chargeRefunded(List.of(new Refund(1, refunded, at)), at);
    }

    /** Refunded by all of {@code refunds} together. */
    public StripeEvent chargeRefunded(List<Refund> refunds, long at) {
        return charge(
                "charge.refunded", at, ChargeState.captured(toCapture, true).refunds(refunds));
    }

    /** What a partial capture left over appears as a refund, in versions that do so. */
    public StripeEvent chargeRefundedByCapture(long at) {
        return phantom(ChargeState.captured(toCapture, true), at);
    }

    /** A hold that was let go appears as a refund, in versions that do so. */
    public StripeEvent chargeRefundedByRelease(long at) {
        return phantom(ChargeState.holdReleased(), at);
    }

    public StripeEvent chargeRefundUpdated(Refund refund, String status, long at) {
        return refund("charge.refund.updated", refund, status, at);
    }

    public StripeEvent refundCreated(Refund refund, String status, long at) {
        return refund("refund.created", refund, status, at);
    }

    public StripeEvent refundUpdated(Refund refund, String status, long at) {
        return refund("refund.updated", refund, status, at);
    }

    public StripeEvent refundFailed(Refund refund, long at) {
        return refund("refund.failed", refund, "failed", at);
    }

    public StripeEvent disputeCreated(Dispute dispute, long at) {
        return dispute("created", dispute, dispute.inquiry() ? "warning_needs_response" : "needs_response", at);
    }

    /** Evidence was given, in most cases. */
    public StripeEvent disputeUpdated(Dispute dispute, long at) {
        return dispute("updated", dispute, dispute.inquiry() ? "warning_under_review" : "under_review", at);
    }

    /** Closed as {@code won}, {@code lost} or {@code warning_closed}. */
    public StripeEvent disputeClosed(Dispute dispute, String status, long at) {
        return dispute("closed", dispute, status, at);
    }

    public StripeEvent disputeFundsWithdrawn(Dispute dispute, long at) {
        return dispute("funds_withdrawn", dispute, "needs_response", at);
    }

    public StripeEvent disputeFundsReinstated(Dispute dispute, long at) {
        return dispute("funds_reinstated", dispute, "won", at);
    }

    // ---- what Radar and Checkout say about the payment

    public StripeEvent earlyFraudWarningCreated(long at) {
        return EventJson.of(
                endpoint, "radar.early_fraud_warning.created", at, WarningJson.earlyFraudWarning(this, true));
    }

    /** The warning can no longer be acted upon: the charge is refunded or disputed by now. */
    public StripeEvent earlyFraudWarningUpdated(long at) {
        ObjectNode warning = WarningJson.earlyFraudWarning(this, false);
        ObjectNode before = Json.object().put("actionable", true);
        return EventJson.of(endpoint, "radar.early_fraud_warning.updated", at, warning, before);
    }

    public StripeEvent reviewOpened(long at) {
        return EventJson.of(endpoint, "review.opened", at, WarningJson.review(this, null));
    }

    public StripeEvent reviewClosed(String reason, long at) {
        return EventJson.of(endpoint, "review.closed", at, WarningJson.review(this, reason));
    }

    /** The customer finished the Checkout Session; {@code paymentStatus} is {@code paid} or {@code unpaid}. */
    public StripeEvent checkoutCompleted(String paymentStatus, long at) {
        return checkout("completed", "complete", paymentStatus, at);
    }

    public StripeEvent checkoutAsyncPaymentSucceeded(long at) {
        return checkout("async_payment_succeeded", "complete", "paid", at);
    }

    public StripeEvent checkoutAsyncPaymentFailed(long at) {
        return checkout("async_payment_failed", "complete", "unpaid", at);
    }

    public StripeEvent checkoutExpired(long at) {
        return checkout("expired", "expired", "unpaid", at);
    }

    // ---- what it is made of

    public String id() {
        return id;
    }

    public long amount() {
        return amount;
    }

    public String currency() {
        return currency;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** The order's reference in the metadata. */
    public @Nullable String order() {
        return buyer.order();
    }

    /** How much is captured in the end. */
    public long toCapture() {
        return toCapture;
    }

    /** The id of the current attempt's charge. */
    public String chargeId() {
        return chargeId(attempt);
    }

    public String chargeId(int attempt) {
        return "ch_" + stem() + "_" + attempt;
    }

    public String refundId(int number) {
        return "re_" + stem() + "_" + number;
    }

    public String disputeId() {
        return "dp_" + stem();
    }

    public String clientSecret() {
        return id + "_secret_" + Json.token("secret of " + id);
    }

    boolean isManualCapture() {
        return "manual".equals(captureMethod);
    }

    String captureMethodOrDefault() {
        if (captureMethod != null) {
            return captureMethod;
        }
        return endpoint.version().capturesAsynchronously() ? "automatic_async" : "automatic";
    }

    String confirmationMethod() {
        return confirmationMethod;
    }

    Buyer buyer() {
        return buyer;
    }

    Method method() {
        return method;
    }

    long created() {
        return created;
    }

    int attemptNumber() {
        return attempt;
    }

    long attemptedAt() {
        return attemptedAt;
    }

    String methodId() {
        return "pm_" + stem() + "_" + Math.max(1, attempt);
    }

    String sourceId() {
        return "src_" + stem() + "_" + Math.max(1, attempt);
    }

    String derivedId(String prefix) {
        return prefix + "_" + stem();
    }

    String balanceTransactionId(String of) {
        return "txn_" + Json.token(chargeId() + of);
    }

    ObjectNode paymentMethod() {
        return method.object(methodId(), buyer, created, endpoint.livemode());
    }

    ObjectNode source() {
        return method.source(sourceId(), buyer, created, endpoint.livemode());
    }

    private String stem() {
        return id.startsWith("pi_") ? id.substring(3) : id;
    }

    private boolean settlesAtOnce() {
        return !captureMethodOrDefault().equals("automatic_async");
    }

    private StripePayment methodFor(String nextActionType) {
        String type = NextActionJson.method(nextActionType);
        return type.equals(method.type()) ? this : paidWith(type);
    }

    private IntentState asking(String nextActionType, long remaining, long at) {
        return IntentState.of("requires_action")
                .nextAction(new IntentState.NextAction(nextActionType, remaining, at))
                .charge(attempt - 1, failedEarlier(attempt - 1));
    }

    private StripeEvent paymentFailed(Decline decline, long at) {
        IntentState state =
                IntentState.of("requires_payment_method").failure(decline).charge(attempt, ChargeState.failed(decline));
        return intent("payment_failed", at, state);
    }

    private static @Nullable ChargeState failedEarlier(int attempt) {
        return attempt == 0 ? null : ChargeState.failed(Decline.of("generic_decline"));
    }

    private StripeEvent failedWithoutCharge(String code, int attempt, int latestCharge, long at) {
        IntentState state = IntentState.of("requires_payment_method")
                .failure(Decline.of(code))
                .charge(latestCharge, failedEarlier(latestCharge));
        return attempt(attempt).intent("payment_failed", at, state);
    }

    private StripeEvent phantom(ChargeState state, long at) {
        if (!endpoint.version().refundsWhatIsNotCaptured()) {
            throw new IllegalStateException(endpoint.version().id() + " does not refund what is not captured");
        }
        return charge("charge.refunded", at, state);
    }

    private StripeEvent intent(String change, long at, IntentState state) {
        return EventJson.of(endpoint, "payment_intent." + change, at, PaymentIntentJson.of(this, state));
    }

    private StripeEvent charge(String type, long at, ChargeState state) {
        return EventJson.of(endpoint, type, at, ChargeJson.of(this, state));
    }

    private StripeEvent refund(String type, Refund refund, String status, long at) {
        return EventJson.of(endpoint, type, at, RefundJson.of(this, refund, status));
    }

    private StripeEvent dispute(String change, Dispute dispute, String status, long at) {
        return EventJson.of(endpoint, "charge.dispute." + change, at, DisputeJson.of(this, dispute, status));
    }

    private StripeEvent checkout(String change, String status, String paymentStatus, long at) {
        ObjectNode session = CheckoutSessionJson.of(this, status, paymentStatus);
        return EventJson.of(endpoint, "checkout.session." + change, at, session);
    }

    private StripePayment buyer(Buyer buyer) {
        return copy(
                endpoint, buyer, method, captureMethod, confirmationMethod, toCapture, created, attempt, attemptedAt);
    }

    private StripePayment method(Method method) {
        return copy(
                endpoint, buyer, method, captureMethod, confirmationMethod, toCapture, created, attempt, attemptedAt);
    }

    private StripePayment copy(
            Endpoint endpoint,
            Buyer buyer,
            Method method,
            @Nullable String captureMethod,
            String confirmationMethod,
            long toCapture,
            long created,
            int attempt,
            long attemptedAt) {
        return new StripePayment(
                id,
                amount,
                currency,
                endpoint,
                buyer,
                method,
                captureMethod,
                confirmationMethod,
                toCapture,
                created,
                attempt,
                attemptedAt);
    }
}
