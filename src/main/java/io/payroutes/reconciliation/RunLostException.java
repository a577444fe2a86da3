package io.payroutes.reconciliation;

/** Somebody else works on the run now: its lease ran out. Whatever was to be committed must not be. */
public final class RunLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RunLostException(String runId) {
        super("Reconciliation run " + runId + " was taken up by somebody else");
    }
}
