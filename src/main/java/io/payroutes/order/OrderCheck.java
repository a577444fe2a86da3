package io.payroutes.order;

import io.payroutes.inbox.ContradictionException;
import io.payroutes.money.Money;
import io.payroutes.payment.PaymentActions;
import io.payroutes.payment.PaymentChange;
import io.payroutes.payment.PaymentIntent;
import java.util.Objects;
import java.util.Optional;
import org.apache.camel.Body;

/**
 * Holds payments against the orders that they pay. What Stripe says was paid must be what the order asks for; otherwise
 * the event is parked for a person, and nothing is shipped. Runs in the transaction of the event. A payment whose order
 * is not kept here is held against nothing.
 */
public final class OrderCheck {
    private final Orders orders;
    private final PaymentActions actions;

    public OrderCheck(Orders orders, PaymentActions actions) {
        this.orders = orders;
        this.actions = actions;
    }

    /** A PaymentIntent was made: the order takes it as its own if the answer that told of it was lost. */
    public void adopt(@Body PaymentChange change) {
        PaymentIntent intent = change.intent();
        orders.find(intent.orderRef())
                .filter(order -> order.paymentId() == null)
                .filter(order -> intent.amount() == order.money().minorUnits()
                        && intent.currency().equals(order.money().currency()))
                .ifPresent(order -> orders.adopt(order, intent.id(), intent.confirmationMethod()));
    }

    /**
     * A payment is on its way, and goods may leave before it is certain.
     *
     * @throws ContradictionException if it would not pay the order
     */
    public void mustAskForTheOrder(@Body PaymentChange change) {
        PaymentIntent intent = change.intent();
        orders.find(intent.orderRef()).ifPresent(order -> {
            mustBeIn(order.money().currency(), intent, order);
            if (intent.amount() < order.money().minorUnits()) {
                throw tooLittle(intent.amount(), order);
            }
        });
    }

    /**
     * A payment has succeeded.
     *
     * @throws ContradictionException if it is in another currency than the order, of less than the order's amount, or not
     *     the order's one payment
     */
    public void mustPayTheOrder(@Body PaymentChange change) {
        PaymentIntent intent = change.intent();
        Optional<Order> known = orders.find(intent.orderRef());
        if (known.isEmpty()) {
            return;
        }
        Order order = known.get();
        Money owed = order.money();
        mustBeIn(owed.currency(), intent, order);
        long received = Objects.requireNonNullElse(intent.amountReceived(), 0L);
        if (received < owed.minorUnits() && !isCapturedAsAskedFor(order, intent, received)) {
            throw tooLittle(received, order);
        }
        Order now = order.paymentId() == null ? orders.adopt(order, intent.id(), null) : order;
        if (!intent.id().equals(now.paymentId())) {
            throw new ContradictionException(order + " has another payment, " + now.paymentId());
        }
    }

    private static void mustBeIn(String currency, PaymentIntent intent, Order order) {
        if (!intent.currency().equals(currency)) {
            throw new ContradictionException("paid in " + intent.currency() + ", but " + order + " is in " + currency);
        }
    }

    private static ContradictionException tooLittle(long paid, Order order) {
        return new ContradictionException("paid " + paid + ", but " + order + " is about "
                + order.money().minorUnits() + " " + order.money().currency());
    }

    /** The back office may capture less than was authorised: then it knows how much it ships. */
    private boolean isCapturedAsAskedFor(Order order, PaymentIntent intent, long received) {
        return "manual".equals(intent.captureMethod())
                && intent.amount() >= order.money().minorUnits()
                && actions.captured(intent.id())
                        .filter(asked -> received >= asked)
                        .isPresent();
    }
}
