package io.payroutes;

import io.payroutes.api.ApiKeys;
import io.payroutes.api.ApiRequest;
import io.payroutes.api.HttpConnections;
import io.payroutes.api.Problem;
import io.payroutes.api.RequestLimits;
import io.payroutes.api.UnfinishedRequests;
import io.payroutes.api.UnroutedRequests;
import io.payroutes.api.WorkQueue;
import io.payroutes.delivery.DeadDeliveries;
import io.payroutes.delivery.DeliveryQueries;
import io.payroutes.delivery.Destination;
import io.payroutes.health.DatabaseCheck;
import io.payroutes.health.DeadLettersCheck;
import io.payroutes.health.InboxCheck;
import io.payroutes.health.StartCheck;
import io.payroutes.inbox.Backlog;
import io.payroutes.inbox.EventQueries;
import io.payroutes.payment.PaymentQueries;
import io.payroutes.reconciliation.FindingQueries;
import io.payroutes.store.Retention;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/** Makes the beans of the API, the health checks and the retention. */
final class ApiWiring {
    private static final Logger LOG = LoggerFactory.getLogger(ApiWiring.class);

    private final CamelContext camel;
    private final Settings settings;
    private final DataSource dataSource;
    private final Clock clock;
    private final Backlog backlog;
    private final BooleanSupplier isStarted;

    /** @param isStarted whether all routes run */
    ApiWiring(
            CamelContext camel,
            Settings settings,
            DataSource dataSource,
            Clock clock,
            Backlog backlog,
            BooleanSupplier isStarted) {
        this.camel = camel;
        this.settings = settings;
        this.dataSource = dataSource;
        this.clock = clock;
        this.backlog = backlog;
        this.isStarted = isStarted;
    }

    void bind(Registry beans) throws Exception {
        // An answer that takes longer helps nobody, and holds a connection that the intake needs.
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        jdbc.setQueryTimeout(
                (int) Math.max(1, settings.duration("api.query-timeout").toSeconds()));

        ApiKeys keys = keys();
        beans.bind("apiKeys", keys);
        beans.bind("apiRequest", new ApiRequest());
        beans.bind("problem", new Problem());
        WorkQueue queue = new WorkQueue();
        beans.bind(
                "vertxOptions",
                HttpConnections.bounded(
                        settings.positiveDuration("http.idle-timeout"),
                        settings.positive("http.connections"),
                        settings.positive("http.request-memory"),
                        queue));
        if (settings.flag("camel.server.enabled")) {
            int port = settings.number("http.port");
            camel.addStartupListener(new UnroutedRequests(keys, port, isStarted));
            camel.addStartupListener(new UnfinishedRequests(port, settings.positiveDuration("http.body-patience")));
            camel.addStartupListener(new RequestLimits(
                    port, settings.positive("api.max-body"), settings.positive("api.requests"), queue));
        }

        beans.bind("paymentQueries", new PaymentQueries(jdbc));
        beans.bind("eventQueries", new EventQueries(jdbc));
        beans.bind("deliveryQueries", new DeliveryQueries(jdbc, missingSettings()));
        beans.bind("findingQueries", new FindingQueries(jdbc));

        DeadDeliveries deadDeliveries = new DeadDeliveries(jdbc);
        beans.bind("deadDeliveries", deadDeliveries);
        DatabaseCheck databaseCheck =
                new DatabaseCheck(dataSource, settings.positiveDuration("health.database.patience"));
        camel.addService(new ClosingService(databaseCheck), true, true);
        beans.bind("databaseCheck", databaseCheck);
        beans.bind("startCheck", new StartCheck(isStarted));
        beans.bind("inboxCheck", new InboxCheck(backlog, settings.duration("health.inbox.max-age")));
        beans.bind(
                "deadLettersCheck",
                new DeadLettersCheck(Map.of(
                        "events.parked", backlog::parked,
                        "events.dead", backlog::dead,
                        "deliveries.dead", deadDeliveries::count)));

        beans.bind(
                "retention",
                new Retention(clock, settings.duration("retention.settled"), settings.duration("retention.unsettled")));
    }

    private ApiKeys keys() {
        List<String> keys = settings.list("api.keys");
        long guessable = ApiKeys.guessable(keys);
        if (guessable > 0 && !"demo".equals(camel.getCamelContextExtension().getProfile())) {
            LOG.warn(
                    "api.keys: {} of {} are so short that they can be guessed, and whoever has one may refund",
                    guessable,
                    keys.size());
        }
        return new ApiKeys(keys);
    }

    /** By destination: the setting without which what goes there waits. */
    private Map<Destination, String> missingSettings() {
        Map<Destination, String> missing = new EnumMap<>(Map.of(
                Destination.ERP, DeliveryWiring.erpAddress(settings),
                Destination.MAIL, "mail.host",
                Destination.STRIPE, "stripe.api-key"));
        missing.values().removeIf(setting -> settings.text(setting).isPresent());
        return missing;
    }
}
