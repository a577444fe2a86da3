package io.payroutes.webhook;

/** A request that is not a Stripe event we can take. The message is the one line that the caller gets to read. */
public final class WebhookRejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    WebhookRejectedException(Reason reason) {
        super(reason.text(), null, false, false); // refusing a flood must stay cheap: no stack trace
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Why a request was refused; the name in lower case is the metric's tag. */
    public enum Reason {
        SIGNATURE_MISSING("The Stripe-Signature header is missing."),
        SIGNATURE_MALFORMED("The Stripe-Signature header is malformed."),
        SIGNATURE_SCHEME("The Stripe-Signature header has no v1 signature."),
        SIGNATURE_MISMATCH("No signature matches: wrong signing secret, or the body was changed on its way."),
        TIMESTAMP_OUTSIDE_TOLERANCE(
                "The signature's timestamp is outside the tolerance: a replay, or a clock that is off."),
        BODY_EMPTY("The body is empty."),
        BODY_NOT_UTF8("The body is not valid UTF-8."),
        BODY_NOT_JSON("The body is not JSON."),
        NOT_AN_OBJECT("The body is not a JSON object."),
        THIN_EVENT("Thin (v2) events are not taken here: give this endpoint a destination with snapshot payloads."),
        NOT_AN_EVENT("The JSON object is not a Stripe event."),
        NO_ID("The event has no usable id."),
        NO_TYPE("The event has no usable type."),
        NO_DATA_OBJECT("The event has no data.object.");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }
}
