package io.payroutes.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The destination answered, or the way there broke, such that the delivery has to be tried again. */
public final class DeliveryFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Outcome.Failed outcome;

    DeliveryFailedException(@Nullable Integer status, @Nullable Instant notBefore, String detail) {
        super(detail, null, false, false); // an answer, not a bug: nobody needs the stack
        this.outcome = new Outcome.Failed(status, notBefore, detail);
    }

    Outcome.Failed outcome() {
        return outcome;
    }
}
