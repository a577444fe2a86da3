package io.payroutes.inbox;

/** The lease ran out while the event was handled, and somebody else has it now: all of this handling is undone. */
public final class LeaseLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LeaseLostException(String eventId) {
        super("the lease of " + eventId + " ran out while it was handled", null, false, false);
    }
}
