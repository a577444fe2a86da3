package io.payroutes;

import io.payroutes.checkout.CustomerTexts;
import io.payroutes.delivery.Deliveries;
import io.payroutes.fulfillment.Captures;
import io.payroutes.fulfillment.EarlyRelease;
import io.payroutes.fulfillment.Fulfillments;
import io.payroutes.notification.CustomerDirectory;
import io.payroutes.notification.CustomerMailDesk;
import io.payroutes.notification.DeclineGuidance;
import io.payroutes.notification.MailComposer;
import io.payroutes.notification.MailLanguages;
import io.payroutes.notification.MailSettings;
import io.payroutes.notification.NoticeMailDesk;
import io.payroutes.notification.PaymentMails;
import io.payroutes.notification.RecipientSource;
import io.payroutes.notification.StripeCustomers;
import io.payroutes.payment.Charges;
import io.payroutes.payment.Disputes;
import io.payroutes.payment.Ledger;
import io.payroutes.payment.MetadataKeys;
import io.payroutes.payment.PaymentActions;
import io.payroutes.payment.PaymentCharges;
import io.payroutes.payment.PaymentRefresh;
import io.payroutes.payment.Payments;
import io.payroutes.payment.Payouts;
import io.payroutes.payment.Refunds;
import io.payroutes.payment.RiskEvents;
import io.payroutes.payment.SetupIntents;
import io.payroutes.reconciliation.FindingNotices;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.JdbcTemplate;

/** The beans of the flows: the ledger, what the ERP is told and what the customers are written. */
final class PaymentWiring {
    private static final Path MAILS = Path.of("config", "mail");
    private static final Path DECLINE_CODES = Path.of("config", "decline-codes.properties");

    private PaymentWiring() {}

    static void bind(CamelContext camel, Settings settings, DataSource dataSource, Deliveries deliveries, Clock clock)
            throws Exception {
        JdbcOperations jdbc = new JdbcTemplate(dataSource);
        CheckoutWiring checkout = new CheckoutWiring(camel, settings, dataSource, clock);
        Registry beans = camel.getRegistry();
        Ledger ledger = new Ledger(jdbc, clock, livemode(settings));
        MetadataKeys keys = new MetadataKeys(
                settings.list("order.metadata-keys"),
                settings.list("order.language-keys"),
                settings.list("order.digital-keys"));
        Refunds refunds = new Refunds(ledger);
        Charges charges = new Charges(ledger, refunds, keys);
        Payments payments = new Payments(ledger, charges, keys);
        beans.bind("payments", payments);
        beans.bind("paymentRefresh", new PaymentRefresh(payments, clock));
        beans.bind("paymentCharges", new PaymentCharges());
        beans.bind("charges", charges);
        beans.bind("refunds", refunds);
        beans.bind("disputes", new Disputes(ledger));
        beans.bind("riskEvents", new RiskEvents(ledger));
        beans.bind("setupIntents", new SetupIntents(ledger));
        beans.bind("payouts", new Payouts(ledger));

        beans.bind(
                "fulfillments",
                new Fulfillments(
                        ledger,
                        deliveries,
                        checkout.orders(),
                        settings.must("fulfillment.source"),
                        oneOf(settings, "fulfillment.on-processing", EarlyRelease::of, "never, digital or always"),
                        clock));
        beans.bind("captures", new Captures(ledger));
        PaymentActions actions = new PaymentActions(ledger, clock);
        checkout.bindOrders(beans, actions);
        oneOf(settings, "capture.policy", List.of("manual", "automatic")::indexOf, "manual or automatic");

        beans.bind(
                "paymentMails",
                new PaymentMails(
                        deliveries,
                        new PaymentMails.Delays(
                                settings.duration("mail.payment-failed.delay"),
                                settings.duration("mail.payment-action.delay"),
                                settings.duration("mail.notice.delay"))));
        MailSettings mails = mailSettings(settings);
        MailLanguages languages = new MailLanguages(mails.directory(), mails.defaultLanguage());
        checkout.bindCheckout(
                beans,
                ledger,
                actions,
                new CustomerTexts(new DeclineGuidance(MAILS, DECLINE_CODES, mails.defaultLanguage()), languages));
        if (beans.lookupByName("mailDesk") != null) {
            return; // somebody brought a desk of their own
        }
        MailComposer composer = new MailComposer(mails, clock);
        beans.bind(
                "mailDesk",
                new NoticeMailDesk(
                        FindingNotices.KIND,
                        composer,
                        new CustomerMailDesk(
                                ledger,
                                composer,
                                languages,
                                settings.text("stripe.api-key").isPresent()
                                        ? new StripeCustomers(camel)
                                        : CustomerDirectory.NONE,
                                checkout.orders(),
                                checkout.links(),
                                jdbc,
                                clock,
                                new CustomerMailDesk.Rules(
                                        oneOf(
                                                settings,
                                                "mail.recipients",
                                                text -> RecipientSource.of(settings.list("mail.recipients")),
                                                "some of order, receipt_email, customer and billing_details"),
                                        settings.positive("mail.payment-failed.per-day")))));
    }

    private static MailSettings mailSettings(Settings settings) {
        String from = settings.text("mail.from").orElse("");
        if (from.isEmpty() && settings.text("mail.host").isPresent()) {
            throw new SettingException("mail.from", "is not set, but mail.host is: mails need a sender");
        }
        return new MailSettings(
                MAILS,
                DECLINE_CODES,
                from,
                settings.must("mail.shop-name"),
                settings.must("mail.default-language"),
                zone(settings));
    }

    private static ZoneId zone(Settings settings) {
        String zone = settings.must("mail.time-zone");
        try {
            return ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw new SettingException("mail.time-zone", "must be a time zone such as Asia/Tokyo, not '" + zone + "'");
        }
    }

    private static @Nullable Boolean livemode(Settings settings) {
        String value = settings.must("stripe.livemode");
        return switch (value) {
            case "any" -> null;
            case "true" -> true;
            case "false" -> false;
            default -> throw new SettingException("stripe.livemode", "must be any, true or false, not '" + value + "'");
        };
    }

    private interface Reader<T> {
        T read(String text);
    }

    private static <T> T oneOf(Settings settings, String name, Reader<T> reader, String possible) {
        String value = settings.must(name);
        try {
            T read = reader.read(value);
            if (!(read instanceof Integer index && index < 0)) {
                return read;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new SettingException(name, "must be " + possible + ", not '" + value + "'");
    }
}
