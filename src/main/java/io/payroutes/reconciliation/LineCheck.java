package io.payroutes.reconciliation;

import io.payroutes.reconciliation.Statement.FeeDetail;
import io.payroutes.reconciliation.Statement.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a line of the balance is right in itself, of a known type, and about something. A pure function. */
final class LineCheck {
    private static final Set<String> ABOUT_A_PAYMENT = Set.of(
            "charge",
            "charge_failure",
            "refund",
            "refund_failure",
            "dispute",
            "dispute_reversal",
            "partial_capture_reversal");
    /** Fees that the platform, or a tax office, asks: they say nothing about what Stripe asks. */
    private static final Set<String> FEES_OF_OTHERS = Set.of("application_fee", "tax", "withheld_tax");

    private final FeeLimits limits;
    private final TransactionTypes types;

    LineCheck(FeeLimits limits, TransactionTypes types) {
        this.limits = limits;
        this.types = types;
    }

    /**
     * What is ordinary for a fee of Stripe's: at most {@code basisPoints} of the amount and {@code fixed} minor units.
     *
     * @param basisPoints hundredths of a percent
     * @param fixed minor units of whatever currency, which a small charge costs all the same
     */
    record FeeLimits(long basisPoints, long fixed) {
        boolean allow(long amount, long fee) {
            long most = Math.addExact(Math.multiplyExact(Math.abs(amount), basisPoints) / 10_000, fixed);
            return fee >= 0 && fee <= most;
        }
    }

    /** The differences in one line, whatever its source. */
    List<Finding> of(Line line, @Nullable String orderRef) {
        List<Finding> findings = new ArrayList<>();
        long details = line.fees().stream().mapToLong(FeeDetail::amount).sum();
        if (line.net() != line.amount() - line.fee()) {
            findings.add(finding(
                    FindingCode.BALANCE_TRANSACTION_ARITHMETIC,
                    line,
                    line.amount() - line.fee(),
                    line.net(),
                    orderRef,
                    line.id()));
        } else if (!line.fees().isEmpty() && details != line.fee()) {
            findings.add(finding(
                    FindingCode.BALANCE_TRANSACTION_ARITHMETIC, line, details, line.fee(), orderRef, line.id()));
        } else if (line.category().equals("charge")) {
            long others = line.fees().stream()
                    .filter(fee -> FEES_OF_OTHERS.contains(fee.type()))
                    .mapToLong(FeeDetail::amount)
                    .sum();
            if (!limits.allow(line.amount(), line.fee() - others)) {
                findings.add(finding(
                        FindingCode.UNUSUAL_FEE, line, line.amount(), line.fee() - others, orderRef, line.id()));
            }
        }
        if (!types.know(line.type(), line.category())) {
            findings.add(finding(
                    FindingCode.UNKNOWN_TRANSACTION_TYPE,
                    line,
                    line.amount(),
                    line.net(),
                    orderRef,
                    line.id() + ", " + (types.knowType(line.type()) ? line.category() : line.type())));
        }
        return findings;
    }

    /** A line whose source leads to no charge, once everything has been asked for. */
    static List<Finding> ofUnlinked(Line line) {
        return isUnlinked(line)
                ? List.of(finding(
                        FindingCode.BALANCE_TRANSACTION_UNLINKED,
                        line,
                        0,
                        line.amount(),
                        null,
                        line.sourceId() == null ? line.id() : line.id() + ", " + line.sourceId()))
                : List.of();
    }

    static boolean isUnlinked(Line line) {
        return ABOUT_A_PAYMENT.contains(line.category()) && line.chargeId() == null && line.paymentId() == null;
    }

    /** Every id that a finding about this line can have. */
    static List<String> idsOf(Line line) {
        return List.of(
                Finding.id(FindingCode.BALANCE_TRANSACTION_ARITHMETIC, line.id()),
                Finding.id(FindingCode.UNUSUAL_FEE, line.id()),
                Finding.id(FindingCode.UNKNOWN_TRANSACTION_TYPE, line.id()),
                Finding.id(FindingCode.BALANCE_TRANSACTION_UNLINKED, line.id()));
    }

    private static Finding finding(
            FindingCode code, Line line, long expected, long actual, @Nullable String orderRef, String other) {
        return new Finding(
                Finding.id(code, line.id()),
                code,
                line.paymentId(),
                line.chargeId(),
                orderRef,
                expected,
                actual,
                line.currency(),
                other);
    }
}
