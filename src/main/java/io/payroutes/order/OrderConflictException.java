package io.payroutes.order;

/** What is asked for contradicts what is known of the order. The message is for the person who asked. */
public final class OrderConflictException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OrderConflictException(String message) {
        super(message, null, false, false);
    }
}
