package io.payroutes.checkout;

/** A payment was sent by a page that may send none. */
public final class ForeignOriginException extends Exception {
    private static final long serialVersionUID = 1L;

    ForeignOriginException() {
        super("the request comes from a page of another origin", null, false, false);
    }
}
