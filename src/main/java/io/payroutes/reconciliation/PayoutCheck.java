package io.payroutes.reconciliation;

import io.payroutes.store.Row;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a payout reached the bank, and is the sum of its lines. A pure function. */
final class PayoutCheck {
    private PayoutCheck() {}

    /**
     * A payout as it is known.
     *
     * @param amount minor units; negative where the bank was debited
     * @param itemised whether Stripe has named its lines, which it can for automatic payouts only
     * @param seenPaid whether it was ever called paid
     */
    record Payout(
            String id, long amount, @Nullable String currency, String status, boolean itemised, boolean seenPaid) {

        static Payout of(Row row) {
            String status = row.text("status");
            return new Payout(
                    row.mustText("payout_id"),
                    row.mustNumber("amount"),
                    row.text("currency"),
                    status == null ? "" : status,
                    row.time("itemised_at") != null,
                    row.time("paid_seen_at") != null);
        }
    }

    /**
     * What its lines come to, its own line left out.
     *
     * @param net the sum of what the lines say is their net
     * @param meant the sum of what it should be by their amounts and fees
     * @param foreign how many lines are in another currency
     */
    record Sum(long net, long meant, long foreign) {}

    static List<Finding> of(Payout payout, Sum lines) {
        List<Finding> findings = new ArrayList<>();
        if (payout.status().equals("failed")) {
            findings.add(finding(
                    payout.seenPaid() ? FindingCode.PAYOUT_FAILED_AFTER_PAID : FindingCode.PAYOUT_FAILED,
                    payout,
                    0,
                    payout.amount()));
        }
        if (payout.itemised()) {
            // A line that is wrong in itself is another finding.
            boolean adds = lines.net() == payout.amount() || lines.meant() == payout.amount();
            if (!adds || lines.foreign() > 0) {
                findings.add(finding(FindingCode.PAYOUT_MISMATCH, payout, payout.amount(), lines.net()));
            }
        }
        return findings;
    }

    /** Every id that a finding about this payout can have. */
    static List<String> idsOf(String payoutId) {
        return List.of(
                Finding.id(FindingCode.PAYOUT_MISMATCH, payoutId),
                Finding.id(FindingCode.PAYOUT_FAILED, payoutId),
                Finding.id(FindingCode.PAYOUT_FAILED_AFTER_PAID, payoutId));
    }

    private static Finding finding(FindingCode code, Payout payout, long expected, long actual) {
        return new Finding(
                Finding.id(code, payout.id()),
                code,
                null,
                null,
                null,
                expected,
                actual,
                payout.currency(),
                payout.id());
    }
}
