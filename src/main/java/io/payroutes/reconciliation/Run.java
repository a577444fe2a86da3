package io.payroutes.reconciliation;

/**
 * What a sweep has checked.
 *
 * @param payments how many payments
 * @param charges how many charges, those without a payment included
 * @param findings how many differences there are about them now
 * @param failures how many payments or charges could not be checked
 */
public record Run(long payments, long charges, long findings, long failures) {

    static Run nothing() {
        return new Run(0, 0, 0, 0);
    }

    Run plusPayment(Check check) {
        return new Run(payments + 1, charges + check.charges(), findings + check.findings(), failures);
    }

    Run plusCharge(Check check) {
        return new Run(payments, charges + check.charges(), findings + check.findings(), failures);
    }

    Run plusFailure() {
        return new Run(payments, charges, findings, failures + 1);
    }

    /** As it stands in the database: the next sweep begins where the last finished one did. */
    String outcome() {
        return failures == 0 ? "finished" : "incomplete";
    }

    /** What one check looked at and found. */
    record Check(int charges, int findings) {}
}
