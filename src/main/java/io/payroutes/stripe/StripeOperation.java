package io.payroutes.stripe;

import static io.payroutes.stripe.StripeMethod.ATTACH;
import static io.payroutes.stripe.StripeMethod.CANCEL;
import static io.payroutes.stripe.StripeMethod.CAPTURE;
import static io.payroutes.stripe.StripeMethod.CLOSE;
import static io.payroutes.stripe.StripeMethod.CONFIRM;
import static io.payroutes.stripe.StripeMethod.CREATE;
import static io.payroutes.stripe.StripeMethod.DELETE;
import static io.payroutes.stripe.StripeMethod.DETACH;
import static io.payroutes.stripe.StripeMethod.LIST;
import static io.payroutes.stripe.StripeMethod.RETRIEVE;
import static io.payroutes.stripe.StripeMethod.UPDATE;

import com.stripe.model.Balance;
import com.stripe.model.BalanceTransaction;
import com.stripe.model.BalanceTransactionCollection;
import com.stripe.model.Charge;
import com.stripe.model.ChargeCollection;
import com.stripe.model.Customer;
import com.stripe.model.CustomerCollection;
import com.stripe.model.Dispute;
import com.stripe.model.DisputeCollection;
import com.stripe.model.Event;
import com.stripe.model.EventCollection;
import com.stripe.model.Invoice;
import com.stripe.model.InvoiceCollection;
import com.stripe.model.PaymentIntent;
import com.stripe.model.PaymentIntentCollection;
import com.stripe.model.PaymentMethod;
import com.stripe.model.PaymentMethodCollection;
import com.stripe.model.Payout;
import com.stripe.model.PayoutCollection;
import com.stripe.model.Price;
import com.stripe.model.PriceCollection;
import com.stripe.model.Product;
import com.stripe.model.ProductCollection;
import com.stripe.model.Refund;
import com.stripe.model.RefundCollection;
import com.stripe.model.SetupIntent;
import com.stripe.model.SetupIntentCollection;
import com.stripe.model.StripeCollection;
import com.stripe.model.StripeObject;
import com.stripe.model.Subscription;
import com.stripe.model.SubscriptionCollection;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A kind of Stripe object, by the name that it has in the URI. The first ten are camel-stripe's; the rest is ours. Of the
 * methods, those that stand behind {@link #and} are ours, too.
 */
@SuppressWarnings("ImmutableEnumChecker") // its sets are of Set.of
public enum StripeOperation {
    CHARGES("charges", Charge.class, ChargeCollection.class, of(CREATE, RETRIEVE, UPDATE, LIST, CAPTURE), and()),
    CUSTOMERS("customers", Customer.class, CustomerCollection.class, of(CREATE, RETRIEVE, UPDATE, DELETE, LIST), and()),
    PAYMENT_INTENTS(
            "payment_intents",
            PaymentIntent.class,
            PaymentIntentCollection.class,
            of(CREATE, RETRIEVE, UPDATE, CANCEL, LIST),
            and(CONFIRM, CAPTURE)),
    PAYMENT_METHODS(
            "payment_methods",
            PaymentMethod.class,
            PaymentMethodCollection.class,
            of(CREATE, RETRIEVE, UPDATE, LIST),
            and(ATTACH, DETACH)),
    REFUNDS("refunds", Refund.class, RefundCollection.class, of(CREATE, RETRIEVE, UPDATE, LIST), and()),
    SUBSCRIPTIONS(
            "subscriptions",
            Subscription.class,
            SubscriptionCollection.class,
            of(CREATE, RETRIEVE, UPDATE, CANCEL, LIST),
            and()),
    INVOICES("invoices", Invoice.class, InvoiceCollection.class, of(CREATE, RETRIEVE, UPDATE, LIST), and()),
    PRODUCTS("products", Product.class, ProductCollection.class, of(CREATE, RETRIEVE, UPDATE, DELETE, LIST), and()),
    PRICES("prices", Price.class, PriceCollection.class, of(CREATE, RETRIEVE, UPDATE, LIST), and()),
    BALANCE_TRANSACTIONS(
            "balance_transactions",
            BalanceTransaction.class,
            BalanceTransactionCollection.class,
            of(RETRIEVE, LIST),
            and()),

    BALANCE("balance", Balance.class, null, of(), and(RETRIEVE)),
    DISPUTES("disputes", Dispute.class, DisputeCollection.class, of(), and(RETRIEVE, UPDATE, LIST, CLOSE)),
    EVENTS("events", Event.class, EventCollection.class, of(), and(RETRIEVE, LIST)),
    PAYOUTS("payouts", Payout.class, PayoutCollection.class, of(), and(CREATE, RETRIEVE, LIST, CANCEL)),
    SETUP_INTENTS(
            "setup_intents",
            SetupIntent.class,
            SetupIntentCollection.class,
            of(),
            and(CREATE, RETRIEVE, UPDATE, CANCEL, LIST, CONFIRM));

    private final String pathName;
    private final Class<? extends StripeObject> type;
    private final @Nullable Class<? extends StripeCollection<?>> pageType;
    private final Set<StripeMethod> upstream;
    private final Set<StripeMethod> beyond;

    StripeOperation(
            String pathName,
            Class<? extends StripeObject> type,
            @Nullable Class<? extends StripeCollection<?>> pageType,
            Set<StripeMethod> upstream,
            Set<StripeMethod> beyond) {
        this.pathName = pathName;
        this.type = type;
        this.pageType = pageType;
        this.upstream = upstream;
        this.beyond = beyond;
    }

    private static Set<StripeMethod> of(StripeMethod... methods) {
        return Set.of(methods);
    }

    private static Set<StripeMethod> and(StripeMethod... methods) {
        return Set.of(methods);
    }

    /**
     * @param name as it stands in a URI or in {@code CamelStripeOperation}; upper and lower case are the same
     * @throws IllegalArgumentException if there is none of that name
     */
    public static StripeOperation fromString(String name) {
        return Arrays.stream(values())
                .filter(operation -> operation.toString().equalsIgnoreCase(name)
                        || operation.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Unknown operation: " + name));
    }

    /** The name in a URI: {@code paymentIntents}. */
    @Override
    public String toString() {
        String[] words = pathName.split("_", -1);
        return Arrays.stream(words, 1, words.length)
                .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                .collect(Collectors.joining("", words[0], ""));
    }

    /** The name in a sentence: payment intents. */
    String words() {
        return pathName.replace('_', ' ');
    }

    String path() {
        return "/v1/" + pathName;
    }

    Class<? extends StripeObject> type() {
        return type;
    }

    /** The type of one page of a list; null where nothing can be listed. */
    @Nullable
    Class<? extends StripeCollection<?>> pageType() {
        return pageType;
    }

    boolean offers(StripeMethod method) {
        return upstream.contains(method) || beyond.contains(method);
    }

    /** Whether camel-stripe has the method, too. */
    boolean isUpstream(StripeMethod method) {
        return upstream.contains(method);
    }
}
