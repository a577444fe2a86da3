package io.payroutes;

import io.payroutes.checkout.ChargeDesk;
import io.payroutes.checkout.CheckoutErrors;
import io.payroutes.checkout.CheckoutPages;
import io.payroutes.checkout.Confirmations;
import io.payroutes.checkout.CustomerTexts;
import io.payroutes.checkout.IdempotencyKeys;
import io.payroutes.checkout.OrderCustomers;
import io.payroutes.checkout.OrderIntents;
import io.payroutes.checkout.PageAssets;
import io.payroutes.checkout.PayDesk;
import io.payroutes.checkout.PaymentDesk;
import io.payroutes.checkout.SavedMethods;
import io.payroutes.checkout.SetupDesk;
import io.payroutes.checkout.StripeProblem;
import io.payroutes.checkout.Visitors;
import io.payroutes.order.CheckoutLinks;
import io.payroutes.order.LinkedOrders;
import io.payroutes.order.OrderCheck;
import io.payroutes.order.OrderDesk;
import io.payroutes.order.Orders;
import io.payroutes.payment.Ledger;
import io.payroutes.payment.PaymentActions;
import java.time.Clock;
import java.util.List;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The beans of orders and of paying them. */
final class CheckoutWiring {
    private final Settings settings;
    private final DataSource dataSource;
    private final Orders orders;
    private final CheckoutLinks links;
    private final Clock clock;

    CheckoutWiring(CamelContext camel, Settings settings, DataSource dataSource, Clock clock) throws Exception {
        this.settings = settings;
        this.dataSource = dataSource;
        this.clock = clock;
        this.orders = new Orders(new JdbcTemplate(dataSource), clock);
        this.links = new CheckoutLinks(
                settings.httpUrl("checkout.url").replaceAll("/+$", ""), new JdbcTemplate(dataSource), clock);
        camel.addService(links, true, true);
    }

    Orders orders() {
        return orders;
    }

    CheckoutLinks links() {
        return links;
    }

    /** The check of payments against their orders, and taking orders. */
    void bindOrders(Registry beans, PaymentActions actions) {
        String captureMethod = settings.must("checkout.capture-method");
        if (!List.of("automatic", "manual").contains(captureMethod)) {
            throw new SettingException(
                    "checkout.capture-method", "must be automatic or manual, not '" + captureMethod + "'");
        }
        beans.bind("orderDesk", new OrderDesk(orders, links, captureMethod, clock));
        beans.bind("orderCheck", new OrderCheck(orders, actions));
    }

    /** Paying. */
    void bindCheckout(Registry beans, Ledger ledger, PaymentActions actions, CustomerTexts texts) {
        IdempotencyKeys keys = new IdempotencyKeys(
                new JdbcTemplate(dataSource),
                new TransactionTemplate(new DataSourceTransactionManager(dataSource)),
                clock);
        Confirmations confirmations =
                new Confirmations(keys, settings.positiveDuration("checkout.confirm-within"), clock);
        LinkedOrders linked = new LinkedOrders(orders, links, ledger, clock);
        beans.bind("idempotencyKeys", keys);
        beans.bind("confirmations", confirmations);
        beans.bind(
                "orderIntents",
                new OrderIntents(
                        orders,
                        new OrderIntents.Metadata(
                                first("order.metadata-keys"),
                                first("order.language-keys"),
                                first("order.digital-keys")),
                        clock));
        beans.bind("orderCustomers", new OrderCustomers(orders));
        beans.bind("payDesk", new PayDesk(orders, linked, links, confirmations, texts));
        beans.bind("chargeDesk", new ChargeDesk(orders, links));
        beans.bind("paymentDesk", new PaymentDesk(keys, actions));
        beans.bind("setupDesk", new SetupDesk(keys));
        beans.bind("savedMethods", new SavedMethods());
        beans.bind("stripeProblem", new StripeProblem(texts));
        beans.bind("checkoutErrors", new CheckoutErrors(texts));
        beans.bind("visitors", visitors());
        beans.bind("checkoutPages", new CheckoutPages(linked, links, ledger, texts, shop()));
        beans.bind("pageAssets", new PageAssets());
    }

    private CheckoutPages.Shop shop() {
        return new CheckoutPages.Shop(
                settings.must("mail.shop-name"),
                StripeKeys.publishable(settings).orElse(null),
                settings.httpUrl("stripe.js-url"));
    }

    private Visitors visitors() {
        try {
            return new Visitors(
                    settings.must("checkout.url"),
                    settings.list("checkout.origins"),
                    settings.text("checkout.rate.address-header").orElse(null));
        } catch (IllegalArgumentException e) {
            throw new SettingException("checkout.origins", "must be origins such as https://shop.example.com");
        }
    }

    /** What is written is written under the first of the keys that are read. */
    private String first(String setting) {
        return settings.list(setting).stream()
                .findFirst()
                .orElseThrow(() -> new SettingException(setting, "is not set"));
    }
}
