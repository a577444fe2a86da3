package io.payroutes.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.payroutes.delivery.Deliveries;
import io.payroutes.delivery.Destination;
import io.payroutes.delivery.Outgoing;
import io.payroutes.payment.PaymentChange;
import io.payroutes.payment.PaymentIntentStatus;
import java.time.Duration;
import java.util.Set;
import org.apache.camel.Body;

/**
 * Decides which mails an event gives rise to, and writes them down in the event's transaction. Whether a mail is still
 * wanted is decided when it is due. A mail's id derives from the change it is about, so each is written once.
 */
public final class PaymentMails {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Here the customer sits before the checkout page and is asked there and then; a mail would only disturb. */
    private static final Set<String> ASKED_ON_THE_PAGE = Set.of(
            "redirect_to_url",
            "use_stripe_sdk",
            "alipay_handle_redirect",
            "blik_authorize",
            "card_await_notification",
            "wechat_pay_redirect_to_android_app",
            "wechat_pay_redirect_to_ios_app");

    private final Deliveries deliveries;
    private final Delays delays;

    public PaymentMails(Deliveries deliveries, Delays delays) {
        this.deliveries = deliveries;
        this.delays = delays;
    }

    /**
     * How long mails wait, in case the payment moves on by itself.
     *
     * @param failed after a failed attempt
     * @param action after the customer was asked on the page to do something
     * @param notice before mails that only report
     */
    public record Delays(Duration failed, Duration action, Duration notice) {}

    /** An attempt failed. Attempts that leave the payment capturable or canceled leave the customer nothing to do. */
    public void failed(@Body PaymentChange change) {
        if (change.intent().status() == PaymentIntentStatus.REQUIRES_PAYMENT_METHOD) {
            enqueue(MailKind.PAYMENT_FAILED, change, change.changeKey().substring(0, 24), delays.failed);
        }
    }

    public void pending(@Body PaymentChange change) {
        enqueue(MailKind.PAYMENT_PENDING, change, change.changeKey().substring(0, 24), delays.notice);
    }

    public void actionRequired(@Body PaymentChange change) {
        String type = change.intent().nextActionType();
        boolean askedOnThePage = type == null || ASKED_ON_THE_PAGE.contains(type);
        enqueue(
                MailKind.PAYMENT_ACTION_REQUIRED,
                change,
                change.changeKey().substring(0, 24),
                askedOnThePage ? delays.action : delays.notice);
    }

    public void partiallyFunded(@Body PaymentChange change) {
        enqueue(MailKind.PAYMENT_PARTIALLY_FUNDED, change, change.changeKey().substring(0, 24), delays.notice);
    }

    /** A payment is confirmed once. */
    public void confirmed(@Body PaymentChange change) {
        enqueue(MailKind.PAYMENT_CONFIRMED, change, "", Duration.ZERO);
    }

    private void enqueue(MailKind kind, PaymentChange change, String occasion, Duration delay) {
        String id =
                "mail_" + kind.wireName() + "_" + change.payment().id() + (occasion.isEmpty() ? "" : "_" + occasion);
        deliveries.enqueue(new Outgoing(
                id,
                Destination.MAIL,
                kind.wireName(),
                change.payment().id(),
                change.intent().orderRef(),
                0, // one mail does not wait for another
                change.event().receivedAt().plus(delay),
                null,
                payload(MailDraft.of(kind, change))));
    }

    private static String payload(MailDraft draft) {
        try {
            return JSON.writeValueAsString(draft);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a draft can always be written", e);
        }
    }
}
