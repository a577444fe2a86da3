package io.payroutes.api;

/** Asked without a key, or with one that is not known. */
public final class UnauthorizedException extends Exception {
    private static final long serialVersionUID = 1L;

    UnauthorizedException() {
        super("The Authorization header must be 'Bearer' and a key of this API.", null, false, false);
    }
}
