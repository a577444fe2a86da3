package io.payroutes;

import io.micrometer.core.instrument.MeterRegistry;
import io.payroutes.delivery.Deliveries;
import io.payroutes.delivery.Destination;
import io.payroutes.delivery.HttpAnswer;
import io.payroutes.delivery.MailAnswer;
import io.payroutes.delivery.MailSockets;
import io.payroutes.delivery.PlainHttp;
import io.payroutes.delivery.WebhookSigner;
import io.payroutes.polling.PromptPolling;
import io.payroutes.retry.BackOff;
import io.payroutes.store.Dialect;
import io.payroutes.store.LastChanges;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.component.mail.DefaultAuthenticator;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.spi.Registry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The beans of the routes to the ERP and to the mail server, and the settings that follow from other settings. */
final class DeliveryWiring {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryWiring.class);
    private static final Duration SHORTEST_ERP_LEASE = Duration.ofSeconds(10);

    private DeliveryWiring() {}

    static Deliveries bind(
            CamelContext camel,
            Settings settings,
            JdbcOperations jdbc,
            PlatformTransactionManager transactions,
            Dialect dialect,
            LastChanges lastChanges,
            Clock clock,
            RandomGenerator random,
            MeterRegistry meters) {
        Registry beans = camel.getRegistry();
        Map<Destination, PromptPolling> polling = new EnumMap<>(Destination.class);
        for (Destination destination : Destination.values()) {
            PromptPolling prompt = new PromptPolling(
                    settings.positiveDuration("delivery.poll"), settings.duration("delivery.gathering"));
            polling.put(destination, prompt);
            beans.bind(destination.wireName() + "Polling", prompt);
        }
        Deliveries deliveries = new Deliveries(
                jdbc,
                new TransactionTemplate(transactions),
                dialect,
                lastChanges,
                clock,
                rules(settings),
                random,
                meters,
                destination -> Objects.requireNonNull(polling.get(destination)).wake());
        beans.bind("deliveries", deliveries);
        for (Destination destination : Destination.values()) {
            beans.bind(destination.wireName() + "Outbox", deliveries.outbox(destination));
        }

        beans.bind("erpAnswer", new HttpAnswer(retryableStatuses(settings), clock));
        beans.bind("erpSignature", signer(settings, clock));
        // Of an answer that the HTTP client has unpacked, this version says that it is packed still, and Camel unpacks
        // it again.
        beans.bind(
                "httpUnpackedOnce",
                ComponentCustomizer.builder(HttpComponent.class)
                        .build(http -> http.setContentCompressionDisabled(true)));
        beans.bind("erpHttp", http(settings, "erp"));
        // At Stripe 409 is a request under way with the same key; a wrong key or missing right can be mended.
        beans.bind("stripeAnswer", new HttpAnswer(Set.of(401, 403, 409), clock));
        beans.bind("stripeHttp", http(settings, "stripe"));
        beans.bind("mailAnswer", new MailAnswer());
        beans.bind("mailSockets", new MailSockets(settings.positiveDuration("mail.send-timeout")));
        beans.bind(
                "mailLogin",
                new DefaultAuthenticator(
                        settings.text("mail.username").orElse(null),
                        settings.text("mail.password").orElse(null)));

        PropertiesComponent derived = camel.getPropertiesComponent();
        derive(derived, "erp.enabled", isSet(settings, "fulfilments", erpAddress(settings)));
        if (erpAddress(settings).equals("erp.url") && settings.text("erp.url").isPresent()) {
            settings.httpUrl("erp.url");
        }
        derive(derived, "stripe.enabled", settings.text("stripe.api-key").isPresent());
        derive(derived, "mail.enabled", isSet(settings, "mails", "mail.host"));
        if (settings.text("mail.host")
                .filter(host -> host.matches(".*[/@\\s].*"))
                .isPresent()) {
            throw new SettingException("mail.host", "must be a host such as smtp.example.com");
        }
        settings.port("mail.port");
        Tls tls = Tls.of(settings);
        derived.addInitialProperty("mail.scheme", tls == Tls.TLS ? "smtps" : "smtp");
        derive(derived, "mail.starttls", tls == Tls.STARTTLS);
        for (String timeout : List.of(
                "mail.timeout",
                "erp.connect-timeout",
                "erp.response-timeout",
                "stripe.connect-timeout",
                "stripe.response-timeout")) {
            // The libraries behind Camel read milliseconds only.
            derived.addInitialProperty(
                    timeout + "-ms",
                    Long.toString(settings.positiveDuration(timeout).toMillis()));
        }
        return deliveries;
    }

    private static Deliveries.Rules rules(Settings settings) {
        Duration lease = settings.positiveDuration("delivery.lease");
        Duration erpAttempt = settings.positiveDuration("erp.connect-timeout")
                .plus(settings.positiveDuration("erp.response-timeout").multipliedBy(2));
        Duration longestAttempt = longest(
                erpAttempt,
                longest(
                        settings.positiveDuration("mail.send-timeout"),
                        settings.positiveDuration("stripe.connect-timeout")
                                .plus(settings.positiveDuration("stripe.response-timeout")
                                        .multipliedBy(2))));
        if (lease.compareTo(longestAttempt.multipliedBy(2)) < 0) {
            throw new SettingException(
                    "delivery.lease",
                    "must be at least twice what the time-outs of erp, mail and stripe add up to ("
                            + longestAttempt.toSeconds() + " s)");
        }
        return new Deliveries.Rules(
                Map.of(
                        Destination.ERP, erpLease(settings, erpAttempt, lease),
                        Destination.MAIL, lease,
                        Destination.STRIPE, lease),
                settings.positive("delivery.batch"),
                new BackOff(
                        settings.positiveDuration("delivery.retry.initial"),
                        settings.positiveDuration("delivery.retry.maximum")),
                settings.duration("delivery.retry-after.maximum"),
                settings.duration("delivery.give-up-after"),
                Map.of(
                        Destination.ERP, Duration.ofSeconds(settings.positive("erp.breaker.open")),
                        Destination.MAIL, Duration.ofSeconds(settings.positive("mail.breaker.open")),
                        Destination.STRIPE, Duration.ofSeconds(settings.positive("stripe.breaker.open"))));
    }

    /** After a crash nobody is to wait for goods longer than for what may still be under way. */
    private static Duration erpLease(Settings settings, Duration attempt, Duration lease) {
        if (!erpAddress(settings).equals("erp.url")) {
            return lease; // brokers' clients have time-outs of their own
        }
        Duration enough = longest(attempt.multipliedBy(2), SHORTEST_ERP_LEASE);
        return enough.compareTo(lease) < 0 ? enough : lease;
    }

    /** The longest time for which a delivery is ever put off. */
    static Duration longestWait(Settings settings) {
        Duration rests = rules(settings).rests().values().stream().reduce(Duration.ZERO, DeliveryWiring::longest);
        return longest(
                rests,
                settings.longest(
                        "delivery.lease",
                        "delivery.retry.maximum",
                        "delivery.retry-after.maximum",
                        "mail.payment-failed.delay",
                        "mail.payment-action.delay",
                        "mail.notice.delay"));
    }

    private static Duration longest(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Set<Integer> retryableStatuses(Settings settings) {
        return settings.list("erp.retryable-statuses").stream()
                .map(code -> {
                    if (!code.matches("4\\d\\d")) {
                        throw new SettingException("erp.retryable-statuses", "must be 4xx codes, not '" + code + "'");
                    }
                    return Integer.valueOf(code);
                })
                .collect(Collectors.toSet());
    }

    /** The client's own time-outs are for the connection and for each part of the answer; all of its head has the sum of both. */
    private static PlainHttp http(Settings settings, String partner) {
        Duration connect = settings.positiveDuration(partner + ".connect-timeout");
        Duration response = settings.positiveDuration(partner + ".response-timeout");
        return new PlainHttp(settings.positive("erp.answer-excerpt"), connect.plus(response), response);
    }

    private static WebhookSigner signer(Settings settings, Clock clock) {
        List<String> secrets = settings.text("erp.signing-secret")
                .map(text -> List.of(text.split("\\s+")))
                .orElse(List.of());
        try {
            return new WebhookSigner(secrets, clock);
        } catch (IllegalArgumentException e) {
            throw new SettingException("erp.signing-secret", String.valueOf(e.getMessage()));
        }
    }

    /** The setting that says where the ERP is. */
    static String erpAddress(Settings settings) {
        String transport = settings.must("erp.transport");
        return switch (transport) {
            case "http" -> "erp.url";
            case "jms" -> "erp.jms.url";
            case "kafka" -> "erp.kafka.brokers";
            default ->
                throw new SettingException("erp.transport", "must be http, jms or kafka, not '" + transport + "'");
        };
    }

    private static boolean isSet(Settings settings, String what, String setting) {
        boolean set = settings.text(setting).isPresent();
        if (!set) {
            LOG.warn("{} is not set: {} wait until it is", setting, what);
        }
        return set;
    }

    private static void derive(PropertiesComponent derived, String name, boolean value) {
        derived.addInitialProperty(name, Boolean.toString(value));
    }

    /** How the way to the mail server is encrypted. */
    private enum Tls {
        STARTTLS,
        TLS,
        NONE;

        static Tls of(Settings settings) {
            String value = settings.must("mail.tls");
            return switch (value) {
                case "starttls" -> STARTTLS;
                case "tls" -> TLS;
                case "none" -> NONE;
                default -> throw new SettingException("mail.tls", "must be starttls, tls or none, not '" + value + "'");
            };
        }
    }
}
