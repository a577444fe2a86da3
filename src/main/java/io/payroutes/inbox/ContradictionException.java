package io.payroutes.inbox;

/**
 * An event that contradicts itself or what is known, and that a person must look at before anything is done with it. Its
 * message is the reason that the person reads; it names no customer.
 */
public final class ContradictionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ContradictionException(String reason) {
        super(reason, null, false, false); // an outcome, not a fault: no stack trace
    }
}
