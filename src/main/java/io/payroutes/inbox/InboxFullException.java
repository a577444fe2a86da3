package io.payroutes.inbox;

/** No more events can be taken at present; Stripe will send this one again. */
public final class InboxFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InboxFullException(String message) {
        super(message, null, false, false);
    }
}
