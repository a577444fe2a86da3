package io.payroutes.store;

/** A request's parameter that cannot be used. The message is for the person who sent it. */
public final class BadParameterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String parameter;

    /** @param complaint goes on after the name: "must be …" */
    public BadParameterException(String parameter, String complaint) {
        super(parameter + " " + complaint, null, false, false); // a client's mistake needs no stack trace
        this.parameter = parameter;
    }

    public String parameter() {
        return parameter;
    }
}
