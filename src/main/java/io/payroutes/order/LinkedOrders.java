package io.payroutes.order;

import io.payroutes.money.Money;
import io.payroutes.payment.Ledger;
import io.payroutes.payment.Payment;
import io.payroutes.payment.PaymentIntentStatus;
import java.time.Clock;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The orders that links lead to. A payment that came without an order of ours, because the shop made it itself, is one
 * too: the mail about it has a link, and the customer pays it again with the same PaymentIntent.
 */
public final class LinkedOrders {
    private final Orders orders;
    private final CheckoutLinks links;
    private final Ledger ledger;
    private final Clock clock;

    public LinkedOrders(Orders orders, CheckoutLinks links, Ledger ledger, Clock clock) {
        this.orders = orders;
        this.links = links;
        this.ledger = ledger;
        this.clock = clock;
    }

    /** @return empty if the reference was not made here, or nothing is known of what it names */
    public Optional<Order> find(String reference) {
        return links.orderOf(reference)
                .flatMap(id -> orders.find(id).or(() -> payment(id).flatMap(payment -> ofPayment(id, payment))));
    }

    /** The payment that names the order, one that can still be paid first; or whose id it is. */
    private Optional<Payment> payment(String id) {
        return ledger.paymentsOf(id).stream()
                .min(Comparator.comparing(payment -> isOver(payment.status())))
                .or(() -> ledger.payment(id));
    }

    private static boolean isOver(@Nullable PaymentIntentStatus status) {
        return status != null && status.isFinal();
    }

    private Optional<Order> ofPayment(String id, Payment payment) {
        if (payment.amount() == null || payment.currency() == null) {
            return Optional.empty();
        }
        return Optional.of(new Order(
                id,
                new Money(payment.amount(), payment.currency()),
                null,
                null,
                null,
                null,
                null,
                false,
                null,
                "automatic",
                null,
                payment.id(),
                "order_" + payment.id(),
                null,
                clock.instant()));
    }
}
