package io.payroutes.notification;

/**
 * A mail cannot be sent because its recipient's address is missing or is not one. Trying again is of no use. The message
 * never holds the address.
 */
public final class UndeliverableAddressException extends RuntimeException {

    /** States the reason, without the address itself. */
    public UndeliverableAddressException(String reason) {
        super(reason);
    }
}
