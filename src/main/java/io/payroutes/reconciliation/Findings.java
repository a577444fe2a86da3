package io.payroutes.reconciliation;

import io.payroutes.reconciliation.PaymentBooks.Charge;
import io.payroutes.reconciliation.PaymentBooks.Delivery;
import io.payroutes.reconciliation.PaymentBooks.Order;
import io.payroutes.reconciliation.PaymentBooks.Payment;
import io.payroutes.reconciliation.PaymentBooks.Refund;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Names the differences in the books of one payment. A pure function: the same books at the same time, the same findings. */
final class Findings {
    private final Graces graces;

    Findings(Graces graces) {
        this.graces = graces;
    }

    /** The differences, sorted by id; none if everything adds up or may still come to. */
    List<Finding> of(PaymentBooks books, Instant now) {
        List<Finding> findings = new Books(books, now).findings();
        findings.sort(Comparator.comparing(Finding::id));
        return findings;
    }

    private final class Books {
        private final PaymentBooks books;
        private final Instant now;
        private final List<Charge> successful;
        private final List<Finding> findings = new ArrayList<>();

        Books(PaymentBooks books, Instant now) {
            this.books = books;
            this.now = now;
            this.successful = books.charges().stream()
                    .filter(Charge::isSuccessful)
                    .sorted(Comparator.comparing(Charge::createdAt).thenComparing(Charge::id))
                    .toList();
        }

        List<Finding> findings() {
            Payment payment = books.payment();
            if (payment == null) {
                successful.forEach(this::withoutPayment);
            } else {
                duplicates(payment);
                amounts(payment);
                order(payment);
                modes(payment);
                orderReference(payment);
                fulfillment(payment);
            }
            for (Charge charge : successful) {
                capturedMore(charge);
                refunds(charge);
                balanceTransaction(charge);
            }
            books.refunds().stream().filter(Refund::hasFailed).forEach(this::failed);
            return findings;
        }

        private void withoutPayment(Charge charge) {
            // The payment's own event may be on its way; a charge that names none will never have one.
            if (charge.paymentId() == null || isOver(graces.events(), charge.createdAt())) {
                find(
                        FindingCode.CHARGE_WITHOUT_PAYMENT,
                        charge,
                        0,
                        charge.amountCaptured(),
                        charge.currency(),
                        charge.paymentId(),
                        charge.id());
            }
        }

        private void duplicates(Payment payment) {
            List<Charge> kept = successful.stream().filter(this::keepsMoney).toList();
            if (books.twin() != null && !kept.isEmpty()) {
                Charge charge = kept.get(0);
                find(
                        FindingCode.DUPLICATE_CHARGE,
                        charge,
                        0,
                        charge.amountCaptured(),
                        charge.currency(),
                        books.twin(),
                        payment.id(),
                        books.twin());
            }
            ownAmong(kept, payment)
                    .ifPresent(own -> kept.stream()
                            .filter(charge -> !charge.equals(own))
                            .forEach(charge -> find(
                                    FindingCode.DUPLICATE_CHARGE,
                                    charge,
                                    0,
                                    charge.amountCaptured(),
                                    charge.currency(),
                                    own.id(),
                                    payment.id(),
                                    charge.id())));
        }

        private boolean keepsMoney(Charge charge) {
            return charge.reallyRefunded() < charge.amountCaptured();
        }

        /** The charge that the payment stands for: the one that it names, else the first that took money. */
        private Optional<Charge> ownCharge(Payment payment) {
            return ownAmong(successful, payment);
        }

        private Optional<Charge> ownAmong(List<Charge> charges, Payment payment) {
            return charges.stream()
                    .filter(charge -> charge.id().equals(payment.latestChargeId()))
                    .findFirst()
                    .or(() -> charges.stream().findFirst());
        }

        private void amounts(Payment payment) {
            Optional<Charge> own = ownCharge(payment);
            boolean allSaid = payment.isPaid() && own.isPresent();
            if (!allSaid && !isOver(graces.events(), lastChange(payment))) {
                return; // the other half of what happened is still to come
            }
            if (own.isEmpty()) {
                // Where no charge at all is known, nobody sends us charges: there is nothing to compare.
                if (payment.isPaid()
                        && payment.amountReceived() > 0
                        && !books.charges().isEmpty()) {
                    find(
                            FindingCode.AMOUNT_MISMATCH,
                            null,
                            payment.amountReceived(),
                            0,
                            payment.currency(),
                            null,
                            payment.id());
                }
                return;
            }
            Charge charge = own.get();
            if (payment.currency() != null && !payment.currency().equals(charge.currency())) {
                find(
                        FindingCode.CURRENCY_MISMATCH,
                        charge,
                        payment.amountReceived(),
                        charge.amountCaptured(),
                        payment.currency(),
                        charge.currency(),
                        payment.id(),
                        charge.id());
            } else if (payment.amountReceived() != charge.amountCaptured() && !isTooMuch(charge)) {
                find(
                        FindingCode.AMOUNT_MISMATCH,
                        charge,
                        payment.amountReceived(),
                        charge.amountCaptured(),
                        charge.currency(),
                        null,
                        payment.id(),
                        charge.id());
            }
        }

        private Instant lastChange(Payment payment) {
            return books.lastChange() == null ? payment.paidAtOrCreated() : books.lastChange();
        }

        /** A payment that is on its way, or went back, owes its order nothing. */
        private void order(Payment payment) {
            Order order = books.order();
            if (order == null || !payment.isPaid() || isFullyRefunded()) {
                return;
            }
            Charge own = ownCharge(payment).orElse(null);
            if (payment.currency() != null && !payment.currency().equals(order.currency())) {
                find(
                        FindingCode.ORDER_CURRENCY_MISMATCH,
                        own,
                        order.amount(),
                        payment.amountReceived(),
                        order.currency(),
                        payment.currency(),
                        payment.id());
                return;
            }
            boolean asked = order.captureAsked() != null && order.captureAsked() == payment.amountReceived();
            if (payment.amountReceived() != order.amount() && !asked) {
                boolean couldHaveHadAll = own != null
                        && own.amount() >= order.amount()
                        && own.amountCaptured() < own.amount()
                        && own.amountCaptured() == payment.amountReceived();
                find(
                        couldHaveHadAll ? FindingCode.CAPTURED_LESS_THAN_AUTHORIZED : FindingCode.ORDER_AMOUNT_MISMATCH,
                        own,
                        order.amount(),
                        payment.amountReceived(),
                        order.currency(),
                        order.id(),
                        payment.id());
            }
        }

        private void modes(Payment payment) {
            for (Charge charge : books.charges()) {
                if (payment.livemode() != null
                        && charge.livemode() != null
                        && !payment.livemode().equals(charge.livemode())) {
                    find(
                            FindingCode.LIVEMODE_MISMATCH,
                            charge,
                            payment.amount(),
                            charge.amount(),
                            charge.currency(),
                            charge.livemode() ? "live" : "test",
                            payment.id(),
                            charge.id());
                }
            }
        }

        private void orderReference(Payment payment) {
            if (payment.isPaid() && orderRef() == null) {
                find(
                        FindingCode.MISSING_ORDER_REFERENCE,
                        ownCharge(payment).orElse(null),
                        payment.amountReceived(),
                        payment.amountReceived(),
                        payment.currency(),
                        null,
                        payment.id());
            }
        }

        private void fulfillment(Payment payment) {
            boolean requested = books.deliveries().stream().anyMatch(d -> d.isRequest() && d.isDelivered());
            boolean stopped = isStopped();
            if (!requested && payment.isPaid() && !isCalledOff()) {
                notFulfilled(payment);
            } else if (requested && !stopped && !payment.isPaid() && !payment.isProcessing()) {
                // A payment that is processing may have been released on purpose.
                find(
                        FindingCode.FULFILLED_NOT_PAID,
                        null,
                        payment.amount(),
                        payment.amountReceived(),
                        payment.currency(),
                        payment.status(),
                        payment.id());
            } else if (requested && !stopped && isFullyRefunded()) {
                notStopped(payment, FindingCode.FULFILLED_BUT_REFUNDED);
            } else if (requested && !stopped && isDisputed()) {
                notStopped(payment, FindingCode.FULFILLED_BUT_DISPUTED);
            }
        }

        /** Whether the last word that the ERP has taken is to stop: a dispute that was won lets the goods go again. */
        private boolean isStopped() {
            Optional<Delivery> stop = lastDelivery(d -> d.isCancellation() && d.isDelivered());
            Optional<Delivery> release = lastDelivery(d -> d.isRelease() && d.isDelivered());
            return stop.isPresent()
                    && (release.isEmpty()
                            || !release.get().createdAt().isAfter(stop.get().createdAt()));
        }

        private void notFulfilled(Payment payment) {
            Optional<Delivery> request = lastDelivery(Delivery::isRequest);
            if (isOverdue(request, payment.paidAtOrCreated())) {
                find(
                        FindingCode.PAID_NOT_FULFILLED,
                        ownCharge(payment).orElse(null),
                        payment.amountReceived(),
                        0,
                        payment.currency(),
                        request.map(Delivery::id).orElse(null),
                        payment.id());
            }
        }

        private boolean isDisputed() {
            return books.disputes().stream().anyMatch(dispute -> !dispute.isOver() && !dispute.isInquiry());
        }

        private void notStopped(Payment payment, FindingCode code) {
            Optional<Delivery> cancellation = lastDelivery(Delivery::isCancellation);
            boolean disputed = code == FindingCode.FULFILLED_BUT_DISPUTED;
            Instant refundedAt = books.refunds().stream()
                    .filter(refund -> refund.counts() && !disputed)
                    .map(Refund::createdAt)
                    .max(Comparator.naturalOrder())
                    .orElse(lastChange(payment));
            if (isOverdue(cancellation, refundedAt)) {
                long refunded = disputed
                        ? books.disputes().stream()
                                .filter(dispute -> !dispute.isOver())
                                .mapToLong(PaymentBooks.Dispute::amount)
                                .sum()
                        : successful.stream().mapToLong(Charge::reallyRefunded).sum();
                find(
                        code,
                        ownCharge(payment).orElse(null),
                        0,
                        refunded,
                        payment.currency(),
                        cancellation.map(Delivery::id).orElse(null),
                        payment.id());
            }
        }

        /** Dead is overdue at once; what waits, or was never written, has its time. */
        private boolean isOverdue(Optional<Delivery> delivery, Instant cause) {
            return delivery.map(d -> d.isDead() || isOver(graces.fulfillment(), d.createdAt()))
                    .orElseGet(() -> isOver(graces.fulfillment(), cause));
        }

        private Optional<Delivery> lastDelivery(Predicate<Delivery> kind) {
            return books.deliveries().stream()
                    .filter(kind)
                    .max(Comparator.comparing(Delivery::createdAt).thenComparing(Delivery::id));
        }

        /** Nobody waits for the goods: the money is back, or the customer claims it and the ERP was told to stop. */
        private boolean isCalledOff() {
            return isFullyRefunded()
                    || (books.deliveries().stream().anyMatch(Delivery::isCancellation)
                            && books.disputes().stream().anyMatch(dispute -> !dispute.isOver()));
        }

        private boolean isFullyRefunded() {
            return !successful.isEmpty() && successful.stream().noneMatch(this::keepsMoney);
        }

        private boolean isTooMuch(Charge charge) {
            return charge.amountCaptured() > charge.amount();
        }

        private void capturedMore(Charge charge) {
            if (isTooMuch(charge)) {
                find(
                        FindingCode.CAPTURED_MORE_THAN_AUTHORIZED,
                        charge,
                        charge.amount(),
                        charge.amountCaptured(),
                        charge.currency(),
                        null,
                        charge.id());
            }
        }

        private void refunds(Charge charge) {
            long refunded = Math.max(charge.reallyRefunded(), refundedByRefunds(charge));
            if (refunded > charge.amountCaptured()) {
                find(
                        FindingCode.REFUND_EXCEEDS_CHARGE,
                        charge,
                        charge.amountCaptured(),
                        refunded,
                        charge.currency(),
                        null,
                        charge.id());
            }
        }

        private long refundedByRefunds(Charge charge) {
            List<Long> amounts = books.refunds().stream()
                    .filter(refund -> refund.counts() && charge.id().equals(refund.chargeId()))
                    .map(Refund::amount)
                    .toList();
            long sum = amounts.stream().mapToLong(Long::longValue).sum();
            // Where Stripe counts what was never captured as refunded, it makes a refund of just that amount, too.
            long phantom = charge.phantomRefund();
            return phantom > 0 && amounts.contains(phantom) ? sum - phantom : sum;
        }

        private void failed(Refund refund) {
            Charge charge = books.charges().stream()
                    .filter(c -> c.id().equals(refund.chargeId()))
                    .findFirst()
                    .orElse(null);
            find(FindingCode.REFUND_FAILED, charge, 0, refund.amount(), refund.currency(), refund.id(), refund.id());
        }

        private void balanceTransaction(Charge charge) {
            Payment payment = books.payment();
            // A charge that was captured long after its creation begins to settle when the payment is paid.
            Instant takenAt = payment != null
                            && payment.paidAt() != null
                            && payment.paidAt().isAfter(charge.createdAt())
                    ? payment.paidAt()
                    : charge.createdAt();
            if (charge.balanceTransactionId() == null && isOver(graces.balanceTransaction(), takenAt)) {
                find(
                        FindingCode.BALANCE_TRANSACTION_MISSING,
                        charge,
                        0,
                        charge.amountCaptured(),
                        charge.currency(),
                        null,
                        charge.id());
            }
        }

        private boolean isOver(Duration grace, Instant since) {
            return !now.isBefore(since.plus(grace));
        }

        private void find(
                FindingCode code,
                @Nullable Charge charge,
                long expected,
                long actual,
                @Nullable String currency,
                @Nullable String other,
                String... objects) {
            findings.add(new Finding(
                    Finding.id(code, objects),
                    code,
                    paymentId(),
                    charge == null ? null : charge.id(),
                    orderRef(),
                    expected,
                    actual,
                    currency,
                    other));
        }

        private @Nullable String paymentId() {
            return books.payment() != null
                    ? books.payment().id()
                    : books.charges().stream()
                            .map(Charge::paymentId)
                            .filter(Objects::nonNull)
                            .findFirst()
                            .orElse(null);
        }

        private @Nullable String orderRef() {
            if (books.payment() != null && books.payment().orderRef() != null) {
                return books.payment().orderRef();
            }
            return books.charges().stream()
                    .filter(charge -> charge.orderRef() != null)
                    .min(Comparator.comparing(Charge::createdAt).thenComparing(Charge::id))
                    .map(Charge::orderRef)
                    .orElse(null);
        }
    }
}
