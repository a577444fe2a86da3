package io.payroutes.demo;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a Charge changes during its life. {@code released} says that a hold ended without a capture, {@code settled}
 * that the balance transaction exists.
 */
record ChargeState(
        String status,
        boolean captured,
        long amountCaptured,
        boolean released,
        boolean settled,
        boolean disputed,
        @Nullable Decline failure,
        List<Refund> refunds) {
    static ChargeState pending() {
        return new ChargeState("pending", false, 0, false, false, false, null, List.of());
    }

    static ChargeState failed(Decline failure) {
        return new ChargeState("failed", false, 0, false, false, false, failure, List.of());
    }

    static ChargeState held() {
        return new ChargeState("succeeded", false, 0, false, false, false, null, List.of());
    }

    static ChargeState holdReleased() {
        return new ChargeState("succeeded", false, 0, true, false, false, null, List.of());
    }

    static ChargeState captured(long amount, boolean settled) {
        return new ChargeState("succeeded", true, amount, false, settled, false, null, List.of());
    }

    ChargeState refunds(List<Refund> refunds) {
        return new ChargeState(status, captured, amountCaptured, released, settled, disputed, failure, refunds);
    }

    ChargeState disputed(boolean disputed) {
        return new ChargeState(status, captured, amountCaptured, released, settled, disputed, failure, refunds);
    }

    boolean paid() {
        return status.equals("succeeded");
    }

    long refunded() {
        return refunds.stream().mapToLong(Refund::amount).sum();
    }
}
