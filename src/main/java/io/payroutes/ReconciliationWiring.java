package io.payroutes;

import io.payroutes.delivery.Deliveries;
import io.payroutes.reconciliation.FindingDesk;
import io.payroutes.reconciliation.FindingNotices;
import io.payroutes.reconciliation.Graces;
import io.payroutes.reconciliation.Reconciliation;
import io.payroutes.reconciliation.ReconciliationRuns;
import io.payroutes.reconciliation.RunReports;
import io.payroutes.retry.BackOff;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The beans of the reconciliation. */
final class ReconciliationWiring {
    private ReconciliationWiring() {}

    static void bind(
            Registry beans,
            Settings settings,
            DataSource dataSource,
            JdbcOperations jdbc,
            Clock clock,
            RandomGenerator random,
            Deliveries deliveries) {
        TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        Graces graces = new Graces(
                settings.duration("reconciliation.fulfillment-grace"),
                settings.duration("reconciliation.balance-transaction-grace"),
                settings.duration("reconciliation.event-grace"));
        beans.bind(
                "reconciliation",
                new Reconciliation(
                        jdbc,
                        transaction,
                        clock,
                        new Reconciliation.Settings(
                                graces,
                                settings.duration("reconciliation.look-back"),
                                settings.positive("reconciliation.batch"),
                                settings.duration("reconciliation.keep-runs"))));
        Optional<String> apiKey = settings.text("stripe.api-key");
        ReconciliationRuns runs = new ReconciliationRuns(
                jdbc,
                transaction,
                clock,
                random,
                new ReconciliationRuns.Settings(
                        graces,
                        settings.list("order.metadata-keys"),
                        livemode(apiKey.orElse("")),
                        settings.list("reconciliation.known-types"),
                        basisPoints(settings),
                        settings.number("reconciliation.fee.fixed"),
                        settings.positive("reconciliation.batch"),
                        settings.positiveDuration("reconciliation.run-lease"),
                        new BackOff(
                                settings.positiveDuration("reconciliation.run-retry.initial"),
                                settings.positiveDuration("reconciliation.run-retry.maximum")),
                        settings.positive("reconciliation.run-attempts"),
                        settings.duration("reconciliation.run-every"),
                        settings.duration("reconciliation.run-overlap"),
                        settings.duration("reconciliation.run-lag"),
                        apiKey.isPresent()));
        beans.bind("reconciliationRuns", runs);
        beans.bind("runReports", new RunReports(jdbc, transaction, runs));
        beans.bind("findingNotices", new FindingNotices(jdbc, transaction, deliveries, clock, notices(settings)));
        beans.bind("findingDesk", new FindingDesk(jdbc, transaction, clock));
    }

    private static FindingNotices.Settings notices(Settings settings) {
        String language = settings.must("reconciliation.notify.language");
        if (!language.equals("en") && !language.equals("ja")) {
            throw new SettingException("reconciliation.notify.language", "must be en or ja, not '" + language + "'");
        }
        try {
            return new FindingNotices.Settings(
                    settings.text("reconciliation.notify.mail").orElse(null),
                    settings.list("reconciliation.notify.codes"),
                    settings.positive("reconciliation.notify.storm"),
                    Locale.forLanguageTag(language));
        } catch (IllegalArgumentException e) {
            throw new SettingException(
                    "reconciliation.notify.codes", "must be codes of findings, or error and warning");
        }
    }

    /** Stripe's keys say which mode they are for: {@code sk_live_...}, {@code rk_test_...}. */
    private static @Nullable Boolean livemode(String apiKey) {
        if (apiKey.contains("_live_")) {
            return true;
        }
        return apiKey.contains("_test_") ? false : null;
    }

    private static long basisPoints(Settings settings) {
        String name = "reconciliation.fee.percent";
        try {
            return new BigDecimal(settings.must(name)).movePointRight(2).longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw new SettingException(name, "must be a percentage such as 8 or 3.25");
        }
    }
}
