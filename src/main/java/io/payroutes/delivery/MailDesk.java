package io.payroutes.delivery;

/** Makes the mail when it is about to be sent, because by then the payment may have moved on. */
public interface MailDesk {

    /**
     * @return the mail, or why there is none any more
     * @throws RuntimeException if it cannot be said now; the delivery is tried again
     */
    PreparedMail prepare(ClaimedDelivery delivery);
}
