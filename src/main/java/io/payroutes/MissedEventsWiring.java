package io.payroutes;

import io.payroutes.inbox.InboxWriter;
import io.payroutes.inbox.MissedEvents;
import io.payroutes.retry.BackOff;
import java.time.Clock;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.apache.camel.spi.Registry;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The bean that catches up with missed events. */
final class MissedEventsWiring {
    private MissedEventsWiring() {}

    static void bind(
            Registry beans,
            Settings settings,
            DataSource dataSource,
            JdbcOperations jdbc,
            InboxWriter intake,
            Clock clock,
            RandomGenerator random) {
        beans.bind(
                "missedEvents",
                new MissedEvents(
                        jdbc,
                        new TransactionTemplate(new DataSourceTransactionManager(dataSource)),
                        intake,
                        clock,
                        random,
                        new MissedEvents.Settings(
                                settings.duration("missed-events.every"),
                                settings.duration("missed-events.overlap"),
                                settings.duration("missed-events.lag"),
                                settings.duration("missed-events.look-back"),
                                settings.duration("missed-events.undelivered-look-back"),
                                settings.positiveDuration("missed-events.lease"),
                                new BackOff(
                                        settings.positiveDuration("missed-events.retry.initial"),
                                        settings.positiveDuration("missed-events.retry.maximum")),
                                settings.duration("missed-events.keep"),
                                settings.text("stripe.api-key").isPresent())));
    }
}
