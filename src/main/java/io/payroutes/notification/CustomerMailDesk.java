package io.payroutes.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.payroutes.delivery.ClaimedDelivery;
import io.payroutes.delivery.MailDesk;
import io.payroutes.delivery.PreparedMail;
import io.payroutes.order.CheckoutLinks;
import io.payroutes.order.Order;
import io.payroutes.order.Orders;
import io.payroutes.payment.Ledger;
import io.payroutes.payment.Payment;
import io.payroutes.payment.PaymentIntentStatus;
import io.payroutes.store.Row;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/** Makes the mail that is due, unless the payment has moved on, nobody can be written to, or it would be one too many. */
public final class CustomerMailDesk implements MailDesk {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration DAY = Duration.ofDays(1);

    private final Ledger ledger;
    private final MailComposer composer;
    private final MailLanguages languages;
    private final CustomerDirectory customers;
    private final Orders orders;
    private final CheckoutLinks links;
    private final JdbcOperations jdbc;
    private final Clock clock;
    private final Rules rules;

    public CustomerMailDesk(
            Ledger ledger,
            MailComposer composer,
            MailLanguages languages,
            CustomerDirectory customers,
            Orders orders,
            CheckoutLinks links,
            JdbcOperations jdbc,
            Clock clock,
            Rules rules) {
        this.ledger = ledger;
        this.composer = composer;
        this.languages = languages;
        this.customers = customers;
        this.orders = orders;
        this.links = links;
        this.jdbc = jdbc;
        this.clock = clock;
        this.rules = rules;
    }

    /**
     * The shop's rules for mails.
     *
     * @param recipients where addresses are taken from, the first that has one
     * @param failedMailsPerDay most mails about failed payments to one address within 24 hours
     */
    public record Rules(List<RecipientSource> recipients, int failedMailsPerDay) {}

    @Override
    public PreparedMail prepare(ClaimedDelivery delivery) {
        MailDraft draft = draft(delivery);
        Optional<String> movedOn =
                movedOn(draft, ledger.payment(draft.payment()).orElse(null));
        if (movedOn.isPresent()) {
            return new PreparedMail.Drop(movedOn.get());
        }
        Optional<Order> order = orders.find(draft.order());
        Optional<CustomerDirectory.Customer> customer = customerIfNeeded(draft, order);
        String to = recipient(draft, order, customer);
        if (to == null) {
            return new PreparedMail.Drop("nobody to write to: the payment has no mail address");
        }
        if (draft.kind() == MailKind.PAYMENT_FAILED && sentWithinADay(sameForAll(to)) >= rules.failedMailsPerDay) {
            return new PreparedMail.Drop("this address has had its mails about failed payments for today");
        }
        String language = languages.pick(draft.languages(
                customer.map(CustomerDirectory.Customer::preferredLocales).orElse(List.of())));
        MailRequest request = draft.request(
                to,
                language,
                order.map(Order::customerName)
                        .or(() -> customer.map(CustomerDirectory.Customer::name))
                        .orElse(null),
                payUrl(draft));
        try {
            return new PreparedMail.Ready(
                    composer.toMimeMessage(composer.compose(delivery.id(), request)), sameForAll(to));
        } catch (UndeliverableAddressException e) {
            return new PreparedMail.Drop("nobody to write to: " + e.getMessage());
        }
    }

    private static MailDraft draft(ClaimedDelivery delivery) {
        try {
            return JSON.readValue(delivery.payload(), MailDraft.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the draft of " + delivery.id() + " cannot be read", e);
        }
    }

    /** Why the mail would no longer be true; empty if it is. */
    private static Optional<String> movedOn(MailDraft draft, @Nullable Payment payment) {
        PaymentIntentStatus status = payment == null ? null : payment.status();
        if (payment == null || status == null) {
            return Optional.of("the payment is not known any more");
        }
        boolean isStillTrue = switch (draft.kind()) {
            case PAYMENT_FAILED -> status == PaymentIntentStatus.REQUIRES_PAYMENT_METHOD;
            case PAYMENT_PENDING -> status == PaymentIntentStatus.PROCESSING;
            case PAYMENT_ACTION_REQUIRED -> status == PaymentIntentStatus.REQUIRES_ACTION;
            case PAYMENT_PARTIALLY_FUNDED ->
                !status.isFinal() && Objects.equals(payment.amountRemaining(), draft.remaining());
            case PAYMENT_CONFIRMED -> status == PaymentIntentStatus.SUCCEEDED;
        };
        return isStillTrue ? Optional.empty() : Optional.of("the payment has moved on: " + status.wireName());
    }

    /** A customer is looked up only when the event did not say what is needed. */
    private Optional<CustomerDirectory.Customer> customerIfNeeded(MailDraft draft, Optional<Order> order) {
        boolean addressIsKnown = rules.recipients.stream()
                .takeWhile(source -> source != RecipientSource.CUSTOMER)
                .anyMatch(source -> known(draft, order, source) != null);
        boolean languageIsKnown = !draft.preferredLocales().isEmpty() || draft.language() != null;
        String customerId = draft.customer();
        if (customerId == null || draft.customerEmail() != null || (addressIsKnown && languageIsKnown)) {
            return Optional.empty();
        }
        try {
            return customers.find(customerId);
        } catch (CustomerDirectory.NotAllowedException e) {
            if (addressIsKnown) {
                return Optional.empty(); // better in the default language than never
            }
            throw e;
        }
    }

    private @Nullable String recipient(
            MailDraft draft, Optional<Order> order, Optional<CustomerDirectory.Customer> customer) {
        for (RecipientSource source : rules.recipients) {
            String address = known(draft, order, source);
            if (address == null && source == RecipientSource.CUSTOMER) {
                address = customer.map(CustomerDirectory.Customer::email).orElse(null);
            }
            if (address != null) {
                return address;
            }
        }
        return null;
    }

    private static @Nullable String known(MailDraft draft, Optional<Order> order, RecipientSource source) {
        return switch (source) {
            case ORDER -> order.map(Order::email).orElse(null);
            case RECEIPT_EMAIL -> draft.receiptEmail();
            case CUSTOMER -> draft.customerEmail();
            case BILLING_DETAILS -> draft.billingEmail();
        };
    }

    /** One spelling of an address, to count by: no mailbox provider tells people apart by capitals. */
    private static String sameForAll(String address) {
        return address.toLowerCase(Locale.ROOT);
    }

    private long sentWithinADay(String to) {
        Long sent = jdbc.queryForObject(
                "SELECT COUNT(*) FROM delivery WHERE recipient = ? AND kind = ? AND done_at > ? AND state = 'delivered'",
                Long.class,
                to,
                MailKind.PAYMENT_FAILED.wireName(),
                Row.parameter(clock.instant().minus(DAY)));
        return sent == null ? 0 : sent;
    }

    private String payUrl(MailDraft draft) {
        return links.checkout(draft.order() == null ? draft.payment() : draft.order());
    }
}
