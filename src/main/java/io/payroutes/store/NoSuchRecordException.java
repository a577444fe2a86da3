package io.payroutes.store;

/** Asked for by its id, and not there. */
public final class NoSuchRecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param kind what was asked for, in words: "payment" */
    public NoSuchRecordException(String kind) {
        super("There is no such " + kind + ".", null, false, false);
    }
}
