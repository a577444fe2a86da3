package io.payroutes.notification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.util.StdConverter;
import io.payroutes.money.Money;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that a mail to a customer is made from. Everything but the kind, the payment and the amount may be unknown; a mail
 * then says less. Texts may hold anything: they are cleaned and escaped when the mail is composed.
 *
 * @param kind the occasion
 * @param to the recipient's address; null until it has been looked up
 * @param language a BCP 47 tag; null or a language without templates means the default language
 * @param paymentId Stripe's id of the PaymentIntent
 * @param orderId the shop's reference of the order
 * @param customerName how the customer calls themselves
 * @param description what is paid for
 * @param amount the amount asked for
 * @param received what has arrived so far
 * @param remaining what is still missing
 * @param paymentMethodType Stripe's type of the payment method, for example {@code konbini}
 * @param cardBrand Stripe's name of the brand, for example {@code visa}
 * @param cardLast4 the card's last four digits
 * @param decline why the attempt failed
 * @param nextAction the PaymentIntent's {@code next_action} as Stripe sent it
 * @param payUrl where the customer can pay or pay again; links of other schemes than http and https are left out
 * @param occurredAt when it happened, in Stripe's time
 */
public record MailRequest(
        MailKind kind,
        @Nullable String to,
        @Nullable String language,
        String paymentId,
        @Nullable String orderId,
        @Nullable String customerName,
        @Nullable String description,
        Money amount,
        @Nullable Money received,
        @Nullable Money remaining,
        @Nullable String paymentMethodType,
        @Nullable String cardBrand,
        @Nullable String cardLast4,
        @Nullable Decline decline,
        @Nullable JsonNode nextAction,
        @Nullable String payUrl,
        // The program carries no Jackson module for java.time, and this is its only use.
        @JsonSerialize(using = ToStringSerializer.class) @JsonDeserialize(converter = TextToInstant.class) @Nullable
        Instant occurredAt) {

    /** Refuses a request without kind, payment or amount, and takes JSON's null for no next action. */
    public MailRequest {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(paymentId, "paymentId");
        Objects.requireNonNull(amount, "amount");
        nextAction = nextAction == null || nextAction.isNull() ? null : nextAction;
    }

    static final class TextToInstant extends StdConverter<String, Instant> {
        @Override
        public Instant convert(String text) {
            return Instant.parse(text);
        }
    }

    /** Names the mail without the person, because requests end up in logs. */
    @Override
    public String toString() {
        return "MailRequest[kind=" + kind.wireName() + ", paymentId=" + paymentId + "]";
    }
}
