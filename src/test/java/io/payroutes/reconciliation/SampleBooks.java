package io.payroutes.reconciliation;

import io.payroutes.delivery.DeliveryState;
import io.payroutes.reconciliation.PaymentBooks.Charge;
import io.payroutes.reconciliation.PaymentBooks.Delivery;
import io.payroutes.reconciliation.PaymentBooks.Dispute;
import io.payroutes.reconciliation.PaymentBooks.Order;
import io.payroutes.reconciliation.PaymentBooks.Payment;
import io.payroutes.reconciliation.PaymentBooks.Refund;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Books as a test tells them: of payment pi_1 for order 1001, begun at {@link #START}. */
final class SampleBooks {
    static final Instant START = Instant.parse("2026-05-01T09:00:00Z");
    static final String ACACIA = "2025-02-24.acacia";
    static final String DAHLIA = "2026-03-25.dahlia";
    static final Graces GRACES = new Graces(Duration.ofHours(1), Duration.ofHours(2), Duration.ofMinutes(30));

    private final List<Charge> charges = new ArrayList<>();
    private final List<Refund> refunds = new ArrayList<>();
    private final List<Dispute> disputes = new ArrayList<>();
    private final List<Delivery> deliveries = new ArrayList<>();
    private @Nullable Payment payment;
    private @Nullable Order order;
    private @Nullable String twin;
    private String currency = "jpy";
    private @Nullable String apiVersion = DAHLIA;
    private @Nullable String orderRef = "1001";

    static SampleBooks inCurrency(String currency) {
        SampleBooks books = new SampleBooks();
        books.currency = currency;
        return books;
    }

    static SampleBooks ofVersion(@Nullable String apiVersion) {
        SampleBooks books = new SampleBooks();
        books.apiVersion = apiVersion;
        return books;
    }

    /** Paid, charged, arrived in the balance, and fulfilled. */
    static SampleBooks consistent(String currency, long amount) {
        return inCurrency(currency)
                .payment("succeeded", amount, amount)
                .taken("ch_1", amount, amount, 0)
                .fulfilled();
    }

    SampleBooks withoutOrder() {
        orderRef = null;
        return this;
    }

    SampleBooks payment(String status, long amount, long received) {
        payment = new Payment(
                "pi_1",
                status,
                amount,
                received,
                currency,
                "ch_1",
                orderRef,
                false,
                null,
                START,
                status.equals("succeeded") ? START : null);
        return this;
    }

    SampleBooks ordered(long amount, String orderCurrency, @Nullable Long captureAsked) {
        order = new Order("1001", amount, orderCurrency, captureAsked);
        return this;
    }

    SampleBooks alsoPaidBy(String otherPayment) {
        twin = otherPayment;
        return this;
    }

    SampleBooks taken(String id, long amount, long captured, long refunded) {
        return charge(id, "succeeded", amount, captured, refunded, currency, "txn_" + id, false);
    }

    SampleBooks held(String id, long amount, long released) {
        return charge(id, "succeeded", amount, 0, released, currency, null, false);
    }

    SampleBooks declined(String id, long amount) {
        return charge(id, "failed", amount, 0, 0, currency, null, false);
    }

    SampleBooks charge(
            String id,
            String status,
            long amount,
            long captured,
            long refunded,
            String chargeCurrency,
            @Nullable String balanceTransaction,
            boolean livemode) {
        charges.add(new Charge(
                id,
                "pi_1",
                status,
                amount,
                captured,
                refunded,
                chargeCurrency,
                captured > 0,
                balanceTransaction,
                orderRef,
                apiVersion,
                livemode,
                null,
                START,
                START));
        return this;
    }

    SampleBooks loneCharge(String id, long captured) {
        charges.add(new Charge(
                id,
                null,
                "succeeded",
                captured,
                captured,
                0,
                currency,
                true,
                "txn",
                null,
                apiVersion,
                false,
                null,
                START,
                START));
        return this;
    }

    SampleBooks refund(String id, long amount, String status) {
        refunds.add(new Refund(id, "ch_1", status, amount, currency, START));
        return this;
    }

    SampleBooks dispute(String status, long amount) {
        disputes.add(new Dispute("dp_1", "ch_1", status, amount, currency));
        return this;
    }

    SampleBooks fulfilled() {
        return delivery("requested", "delivered", START);
    }

    SampleBooks delivery(String kind, String state, Instant createdAt) {
        deliveries.add(new Delivery("dlv_" + kind, "fulfillment." + kind, DeliveryState.of(state), createdAt));
        return this;
    }

    PaymentBooks close() {
        return new PaymentBooks(payment, order, twin, charges, refunds, disputes, deliveries, START);
    }

    List<Finding> findingsAfter(Duration age) {
        return new Findings(GRACES).of(close(), START.plus(age));
    }

    List<FindingCode> codesAfter(Duration age) {
        return findingsAfter(age).stream().map(Finding::code).toList();
    }
}
