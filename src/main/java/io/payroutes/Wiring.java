package io.payroutes;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.payroutes.delivery.Deliveries;
import io.payroutes.inbox.Backlog;
import io.payroutes.inbox.Inbox;
import io.payroutes.inbox.InboxWriter;
import io.payroutes.inbox.IntakeMetrics;
import io.payroutes.node.Node;
import io.payroutes.polling.PollFailures;
import io.payroutes.polling.PromptPolling;
import io.payroutes.retry.BackOff;
import io.payroutes.store.Database;
import io.payroutes.store.LastChanges;
import io.payroutes.store.OneTransaction;
import io.payroutes.store.Postdated;
import io.payroutes.webhook.SignatureVerifier;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.component.micrometer.MicrometerConstants;
import org.apache.camel.component.micrometer.eventnotifier.MicrometerRouteEventNotifier;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyFactory;
import org.apache.camel.spi.EventNotifier;
import org.apache.camel.spi.Registry;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Makes the beans that routes call by name, each from its settings, before the routes are read. */
final class Wiring implements CamelConfiguration {
    /** The {@link Database}, on its way: it is ready when {@link StartChecks} is through. */
    static final String DATABASE = "database";
    /** The migrations take two connections at a time. */
    private static final int SMALLEST_POOL = 2;

    private final IntakeFirst start;

    Wiring(IntakeFirst start) {
        this.start = start;
    }

    @Override
    public void configure(CamelContext camel) throws Exception {
        Settings settings = new Settings(camel);
        checkWhatOnlyRoutesRead(settings);
        Registry beans = camel.getRegistry();
        start.follow(camel);
        camel.getExecutorServiceManager().addThreadFactoryListener(new WorkerPriority());

        Clock clock = beans.findSingleByType(Clock.class);
        if (clock == null) {
            clock = Clock.systemUTC();
            beans.bind("clock", clock);
        }
        RandomGenerator random = new SecureRandom();
        // Camel has made its registry already, where metrics are enabled; what is published is what is in that one.
        MeterRegistry meters =
                beans.lookupByNameAndType(MicrometerConstants.METRICS_REGISTRY_NAME, MeterRegistry.class);
        if (meters == null) {
            meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            beans.bind(MicrometerConstants.METRICS_REGISTRY_NAME, meters);
        }
        tellMetricsOfRoutesOnly(camel);
        countRoutes(camel, meters);

        Database database = Database.opening(new Database.Settings(
                settings.must("database.url"),
                settings.text("database.user").orElse(""),
                settings.text("database.password").orElse(""),
                pool(settings),
                settings.positiveDuration("database.patience"),
                settings.positiveDuration("database.answer-timeout")));
        camel.addService(new ClosingService(database), true, true);
        beans.bind(DATABASE, database);
        beans.bind("dataSource", database.dataSource());
        beans.bind("oneTransaction", new OneTransaction(new DataSourceTransactionManager(database.dataSource())));
        camel.getPropertiesComponent()
                .addInitialProperty("database.dialect", database.dialect().name());
        JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
        LastChanges lastChanges = new LastChanges(
                jdbc,
                new TransactionTemplate(new DataSourceTransactionManager(database.dataSource())),
                database.dialect());

        beans.bind(
                "signature",
                new SignatureVerifier(
                        StripeKeys.signing(settings), settings.positiveDuration("stripe.webhook-tolerance"), clock));
        Backlog backlog = new Backlog(jdbc, clock, settings.positive("inbox.max-backlog"), meters);
        beans.bind("backlog", backlog);
        IntakeMetrics intakeMetrics = new IntakeMetrics(meters);
        beans.bind("intakeMetrics", intakeMetrics);
        PromptPolling inboxPolling =
                new PromptPolling(settings.positiveDuration("inbox.poll"), settings.duration("inbox.gathering"));
        beans.bind("inboxPolling", inboxPolling);
        InboxWriter intake = new InboxWriter(
                database,
                clock,
                new InboxWriter.Settings(
                        settings.positive("inbox.intake.queue"),
                        settings.positive("inbox.intake.memory"),
                        settings.positive("inbox.intake.batch"),
                        settings.positive("inbox.intake.writers"),
                        settings.duration("inbox.intake.gathering"),
                        settings.positive("inbox.intake.enough"),
                        settings.duration("inbox.intake.patience"),
                        settings.positiveDuration("inbox.intake.answer-timeout"),
                        settings.positive("inbox.intake.busy"),
                        settings.duration("inbox.intake.precedence")),
                backlog::isFull,
                intakeMetrics,
                inboxPolling::wake);
        camel.addService(intake, true, true);
        beans.bind("intake", intake);
        MissedEventsWiring.bind(beans, settings, database.dataSource(), jdbc, intake, clock, random);
        beans.bind(
                "inbox",
                new Inbox(
                        jdbc,
                        lastChanges,
                        clock,
                        settings.positiveDuration("inbox.lease"),
                        settings.positive("inbox.batch"),
                        new BackOff(
                                settings.positiveDuration("inbox.retry.initial"),
                                settings.positiveDuration("inbox.retry.maximum")),
                        settings.positive("inbox.max-attempts"),
                        random,
                        meters));

        Deliveries deliveries = DeliveryWiring.bind(
                camel,
                settings,
                jdbc,
                new DataSourceTransactionManager(database.dataSource()),
                database.dialect(),
                lastChanges,
                clock,
                random,
                meters);
        Node node = new Node(
                jdbc,
                new TransactionTemplate(new DataSourceTransactionManager(database.dataSource())),
                clock,
                patience(settings),
                () -> {
                    inboxPolling.wake();
                    deliveries.lookAgain();
                });
        camel.addService(new ClosingService(node), true, true);
        beans.bind("node", node);
        StripeWiring.bind(camel, settings);
        PaymentWiring.bind(camel, settings, database.dataSource(), deliveries, clock);
        ReconciliationWiring.bind(beans, settings, database.dataSource(), jdbc, clock, random, deliveries);
        beans.bind("pollFailures", new PollFailures(clock));
        beans.bind("postdated", new Postdated(jdbc, clock, longestWaits(settings)));
        new ApiWiring(camel, settings, database.dataSource(), clock, backlog, start::isComplete).bind(beans);
    }

    /** Camel reads much that is no duration as zero, and a route would start over and over again without a pause. */
    private static void checkWhatOnlyRoutesRead(Settings settings) {
        settings.positive("http.max-body"); // less than nothing would be any
        settings.positive("inbox.workers");
        for (String partner : List.of("erp", "mail", "stripe")) {
            settings.positive(partner + ".workers");
            for (String option : List.of("window", "minimum", "open", "trials")) {
                settings.positive(partner + ".breaker." + option);
            }
        }
        settings.positive("checkout.rate.requests");
        settings.positive("checkout.rate.payments");
        settings.positive("retention.search");
        settings.positive("retention.batch");
        settings.positiveDuration("checkout.rate.period");
        settings.positiveDuration("inbox.backlog.refresh");
        settings.duration("missed-events.first");
        settings.positiveDuration("missed-events.poll");
        settings.positiveDuration("postdated.every");
        settings.duration("reconciliation.first-sweep");
        settings.positiveDuration("reconciliation.notify.every");
        settings.positiveDuration("reconciliation.poll");
        settings.positiveDuration("reconciliation.run-poll");
        settings.positiveDuration("reconciliation.sweep");
        settings.duration("retention.delay");
        settings.positiveDuration("retention.every");
    }

    /** In beats. One may come late by as long as there is no connection for it. */
    private static int patience(Settings settings) {
        Duration beat = settings.positiveDuration("node.heartbeat");
        Duration gone = settings.positiveDuration("node.gone-after");
        if (gone.compareTo(beat.multipliedBy(3)) < 0) {
            throw new SettingException("node.gone-after", "must be at least three times node.heartbeat");
        }
        return Math.toIntExact(gone.dividedBy(beat));
    }

    private static int pool(Settings settings) {
        int pool = settings.positive("database.pool");
        if (pool < SMALLEST_POOL) {
            throw new SettingException("database.pool", "must be at least " + SMALLEST_POOL);
        }
        return pool;
    }

    /** It counts routes, and has Camel make an event of each step of each exchange, which nobody is interested in. */
    private static void tellMetricsOfRoutesOnly(CamelContext camel) {
        for (EventNotifier notifier : camel.getManagementStrategy().getEventNotifiers()) {
            if (notifier instanceof MicrometerRouteEventNotifier routes) {
                routes.setIgnoreExchangeEvents(true);
            }
        }
    }

    private static void countRoutes(CamelContext camel, MeterRegistry meters) {
        // Settings from before these meters, or that have switched Camel's on, would have everything counted twice.
        if (camel.getRoutePolicyFactories().stream().noneMatch(MicrometerRoutePolicyFactory.class::isInstance)) {
            camel.addRoutePolicyFactory((context, routeId, route) -> new RouteMeters(meters));
        }
    }

    private static Map<String, Duration> longestWaits(Settings settings) {
        return Map.of(
                "stripe_event", settings.longest("inbox.lease", "inbox.retry.maximum"),
                "delivery", DeliveryWiring.longestWait(settings),
                "event_pass", settings.longest("missed-events.lease", "missed-events.retry.maximum"),
                "reconciliation_run", settings.longest("reconciliation.run-lease", "reconciliation.run-retry.maximum"));
    }
}
