package io.payroutes.reconciliation;

import io.payroutes.payment.RealRefund;
import io.payroutes.reconciliation.Statement.Charge;
import io.payroutes.reconciliation.Statement.Line;
import io.payroutes.reconciliation.Statement.Refund;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Holds what events have told about a payment against what Stripe answers about it, and that against the lines of the
 * balance. A pure function, as {@link Findings}.
 */
final class StatementCheck {
    private final Graces graces;

    StatementCheck(Graces graces) {
        this.graces = graces;
    }

    /**
     * The differences between the two.
     *
     * @param span what was listed; a charge of that time that no list shows does not exist at Stripe
     * @param livemode the mode of the API key, null if it does not say: charges of the other mode are not to be expected
     */
    List<Finding> of(PaymentBooks books, Statement statement, Span span, @Nullable Boolean livemode, Instant now) {
        return new Comparison(books, statement, span, livemode, now).findings();
    }

    private final class Comparison {
        private final PaymentBooks books;
        private final Statement statement;
        private final Span span;
        private final @Nullable Boolean livemode;
        private final Instant now;
        private final List<Finding> findings = new ArrayList<>();

        Comparison(PaymentBooks books, Statement statement, Span span, @Nullable Boolean livemode, Instant now) {
            this.books = books;
            this.statement = statement;
            this.span = span;
            this.livemode = livemode;
            this.now = now;
        }

        List<Finding> findings() {
            for (Charge charge : statement.charges()) {
                Optional<PaymentBooks.Charge> recorded = recorded(charge);
                if (recorded.isPresent()) {
                    link(charge, recorded.get());
                    recorded(charge, recorded.get());
                } else {
                    unknown(charge);
                }
                line(charge);
                refundedSum(charge);
            }
            statement.refunds().forEach(this::line);
            statement.disputes().forEach(this::recorded);
            books.charges().forEach(this::atStripe);
            namedAtStripe();
            return findings;
        }

        private Optional<PaymentBooks.Charge> recorded(Charge charge) {
            return books.charges().stream()
                    .filter(c -> c.id().equals(charge.id()))
                    .findFirst();
        }

        private void unknown(Charge charge) {
            boolean named = books.payment() != null
                    && charge.id().equals(books.payment().latestChargeId());
            // One that the ledger has under another payment is told there, as a wrong link.
            if (charge.tookMoney()
                    && !named
                    && !statement.recordedFor().containsKey(charge.id())
                    && isOver(charge.createdAt())) {
                find(
                        FindingCode.UNKNOWN_CHARGE,
                        charge.id(),
                        0,
                        charge.amountCaptured(),
                        charge.currency(),
                        null,
                        charge.id());
            }
        }

        private void link(Charge charge, PaymentBooks.Charge recorded) {
            if (charge.paymentId() != null
                    && recorded.paymentId() != null
                    && !charge.paymentId().equals(recorded.paymentId())) {
                find(
                        FindingCode.LINK_MISMATCH,
                        charge.id(),
                        recorded.amountCaptured(),
                        charge.amountCaptured(),
                        charge.currency(),
                        charge.paymentId(),
                        charge.id(),
                        charge.paymentId());
            }
        }

        private void recorded(Charge charge, PaymentBooks.Charge recorded) {
            if (!isSettled(charge) || recorded.changedAt().isAfter(charge.readAt())) {
                return; // an event is on its way, or came after Stripe was asked
            }
            long here = recorded.isSuccessful() ? recorded.amountCaptured() : 0;
            long there = charge.tookMoney() ? charge.amountCaptured() : 0;
            if (!charge.currency().equals(recorded.currency()) || here != there) {
                find(
                        FindingCode.RECORDED_AMOUNT_MISMATCH,
                        charge.id(),
                        there,
                        here,
                        charge.currency(),
                        recorded.currency(),
                        charge.id());
                return;
            }
            long back = Math.max(recorded.reallyRefunded(), refundedHere(recorded));
            long notTaken = charge.neverTaken();
            boolean same = charge.amountRefunded() == back
                    || charge.amountRefunded() - notTaken == back
                    || charge.amountRefunded() == recorded.amountRefunded();
            if (!same) {
                find(
                        FindingCode.REFUND_MISMATCH,
                        charge.id(),
                        charge.amountRefunded(),
                        back,
                        charge.currency(),
                        null,
                        charge.id());
            }
        }

        private void recorded(Statement.Dispute dispute) {
            long here = books.disputes().stream()
                    .filter(known -> known.id().equals(dispute.id()))
                    .mapToLong(PaymentBooks.Dispute::amount)
                    .findFirst()
                    .orElse(0);
            if (here != dispute.amount() && isOver(dispute.createdAt())) {
                find(
                        FindingCode.DISPUTE_MISMATCH,
                        dispute.chargeId(),
                        dispute.amount(),
                        here,
                        dispute.currency(),
                        dispute.id(),
                        dispute.id());
            }
        }

        private long refundedHere(PaymentBooks.Charge charge) {
            long sum = books.refunds().stream()
                    .filter(refund -> refund.counts() && charge.id().equals(refund.chargeId()))
                    .mapToLong(PaymentBooks.Refund::amount)
                    .sum();
            return RealRefund.of(null, charge.amount(), charge.amountCaptured(), sum);
        }

        /** Stripe's own figure of what went back must be the sum of its refunds, in old semantics or in new ones. */
        private void refundedSum(Charge charge) {
            if (!charge.tookMoney() || !isSettled(charge)) {
                return;
            }
            List<Long> amounts = statement.refunds().stream()
                    .filter(refund -> refund.counts() && charge.id().equals(refund.chargeId()))
                    .map(Refund::amount)
                    .toList();
            long sum = amounts.stream().mapToLong(Long::longValue).sum();
            long notTaken = charge.neverTaken();
            LongStream real = amounts.contains(notTaken) ? LongStream.of(sum, sum - notTaken) : LongStream.of(sum);
            boolean adds = real.anyMatch(r -> r == charge.amountRefunded() || r == charge.amountRefunded() - notTaken);
            boolean said = findings.stream()
                    .anyMatch(f -> f.code() == FindingCode.REFUND_MISMATCH
                            && charge.id().equals(f.chargeId()));
            if (!adds && !said) {
                find(
                        FindingCode.REFUND_MISMATCH,
                        charge.id(),
                        charge.amountRefunded(),
                        sum,
                        charge.currency(),
                        "refunds",
                        charge.id());
            }
        }

        private void line(Charge charge) {
            if (charge.balanceTransactionId() == null || !charge.tookMoney()) {
                return;
            }
            line(
                    charge.balanceTransactionId(),
                    charge.id(),
                    charge.id(),
                    charge.currency(),
                    // In old semantics the line has everything, and another one takes back what was not captured.
                    List.of(charge.amountCaptured(), charge.amount()),
                    charge.createdAt());
        }

        private void line(Refund refund) {
            if (refund.balanceTransactionId() != null) {
                line(
                        refund.balanceTransactionId(),
                        refund.id(),
                        refund.chargeId(),
                        refund.currency(),
                        List.of(-refund.amount()),
                        refund.createdAt());
            }
        }

        private void line(
                String lineId,
                String sourceId,
                @Nullable String chargeId,
                String currency,
                List<Long> amounts,
                Instant since) {
            Line line = statement.lines().get(lineId);
            if (line == null || (line.sourceId() != null && !line.sourceId().equals(sourceId))) {
                if (isOver(since)) {
                    find(
                            FindingCode.LINK_MISMATCH,
                            chargeId,
                            amounts.get(0),
                            line == null ? 0 : line.amount(),
                            currency,
                            lineId,
                            sourceId,
                            lineId);
                }
            } else if (amounts.stream().noneMatch(amount -> isSame(amount, currency, line))) {
                find(
                        FindingCode.BALANCE_TRANSACTION_AMOUNT_MISMATCH,
                        chargeId,
                        converted(amounts.get(0), currency, line),
                        line.amount(),
                        line.currency(),
                        lineId,
                        sourceId,
                        lineId);
            }
        }

        private static long converted(long amount, String currency, Line line) {
            BigDecimal rate = line.exchangeRate();
            return rate == null || line.currency().equals(currency)
                    ? amount
                    : rate.multiply(BigDecimal.valueOf(amount))
                            .setScale(0, RoundingMode.HALF_UP)
                            .longValue();
        }

        /** In another currency: as far as the exchange rate, which has a few digits only, can say. */
        private static boolean isSame(long amount, String currency, Line line) {
            BigDecimal rate = line.exchangeRate();
            if (line.currency().equals(currency)) {
                return line.amount() == amount;
            }
            if (rate == null) {
                return true; // nothing says what it should be
            }
            BigDecimal exact = rate.multiply(BigDecimal.valueOf(amount));
            BigDecimal leeway = exact.abs()
                    .multiply(rate.ulp())
                    .divide(rate.abs().max(rate.ulp()), 6, RoundingMode.UP)
                    .add(BigDecimal.ONE);
            // Whether the rate is between minor or between major units, Stripe's documentation does not say.
            return Stream.of(0, 1, 2, 3, -1, -2, -3)
                    .map(exact::scaleByPowerOfTen)
                    .anyMatch(converted -> converted
                                    .subtract(BigDecimal.valueOf(line.amount()))
                                    .abs()
                                    .compareTo(leeway)
                            <= 0);
        }

        private void atStripe(PaymentBooks.Charge charge) {
            boolean ours = (books.payment() == null || books.payment().account() == null)
                    && charge.account() == null
                    && isOfMode(charge.livemode());
            if (!isAtStripe(charge.id()) && ours && charge.isSuccessful() && span.contains(charge.createdAt())) {
                notAtStripe(charge.id(), charge.amountCaptured(), charge.currency());
            }
        }

        /** The charge that a paid payment names, where no event told of the charge itself. */
        private void namedAtStripe() {
            PaymentBooks.Payment payment = books.payment();
            if (payment != null
                    && payment.isPaid()
                    && payment.amountReceived() > 0
                    && payment.account() == null
                    && isOfMode(payment.livemode())
                    && payment.latestChargeId() != null
                    && payment.currency() != null
                    && span.contains(payment.paidAtOrCreated())
                    && books.charges().stream().noneMatch(c -> c.id().equals(payment.latestChargeId()))
                    && !isAtStripe(payment.latestChargeId())) {
                notAtStripe(payment.latestChargeId(), payment.amountReceived(), payment.currency());
            }
        }

        private boolean isAtStripe(String chargeId) {
            return statement.charges().stream().anyMatch(c -> c.id().equals(chargeId));
        }

        private boolean isOfMode(@Nullable Boolean recorded) {
            return livemode == null || recorded == null || livemode.equals(recorded);
        }

        private void notAtStripe(String chargeId, long amount, String currency) {
            find(FindingCode.CHARGE_NOT_AT_STRIPE, chargeId, 0, amount, currency, null, chargeId);
        }

        /** Whether all events about what Stripe shows must have come. */
        private boolean isSettled(Charge charge) {
            Line line = charge.balanceTransactionId() == null
                    ? null
                    : statement.lines().get(charge.balanceTransactionId());
            return isOver(charge.createdAt())
                    && (line == null || isOver(line.createdAt()))
                    && statement.refunds().stream()
                            .filter(refund -> charge.id().equals(refund.chargeId()))
                            .allMatch(refund -> isOver(refund.createdAt()));
        }

        private boolean isOver(Instant since) {
            return !now.isBefore(since.plus(graces.events()));
        }

        private void find(
                FindingCode code,
                @Nullable String chargeId,
                long expected,
                long actual,
                String currency,
                @Nullable String other,
                String... objects) {
            Optional<Charge> charge = statement.charges().stream()
                    .filter(c -> c.id().equals(chargeId))
                    .findFirst();
            String paymentId = books.payment() != null
                    ? books.payment().id()
                    : charge.map(Charge::paymentId).orElse(null);
            String orderRef = books.payment() != null && books.payment().orderRef() != null
                    ? books.payment().orderRef()
                    : charge.map(Charge::orderRef).orElse(null);
            findings.add(new Finding(
                    Finding.id(code, objects), code, paymentId, chargeId, orderRef, expected, actual, currency, other));
        }
    }
}
