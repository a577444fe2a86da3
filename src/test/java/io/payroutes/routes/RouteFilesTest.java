package io.payroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.FreePort;
import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import io.payroutes.demo.DemoPartners;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The route files as they are, and each check with a mistake that it must find. */
class RouteFilesTest {
    private static final String FAILED = "routes/payment-failed.camel.yaml";
    private static final String ROUTER = "routes/event-router.camel.yaml";
    private static final String EVENT = "routes/stripe-event.camel.yaml";
    private static final String INBOX = "routes/stripe-event-inbox.camel.yaml";

    private static final String MAIL_DELIVERY = "routes/mail-delivery.camel.yaml";
    private static final String ERP_SINK = "routes/kamelets/erp-http-sink.kamelet.yaml";
    private static final String KAFKA_SINK = "routes/kamelets/erp-kafka-sink.kamelet.yaml";
    private static final String ERP_DELIVERY = "routes/erp-delivery.camel.yaml";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path copy;

    @Test
    void allFilesAreValidAgainstTheSchema() {
        assertThat(problems(new SchemaCheck())).isEmpty();
    }

    @Test
    void anUnknownStepIsFound() {
        assertThat(problems(new SchemaCheck(), FAILED, "- bean:", "- been:"))
                .singleElement()
                .asString()
                .startsWith(FAILED + ":11: property 'been' is not defined");
    }

    @Test
    void anUnknownOptionOfAStepIsFound() {
        assertThat(problems(new SchemaCheck(), FAILED, "method: failed", "methode: failed"))
                .singleElement()
                .asString()
                .startsWith(FAILED + ":16: property 'methode' is not defined");
    }

    @Test
    void anUnknownStepOfAKameletIsFound() {
        String kamelet = "routes/kamelets/erp-http-sink.kamelet.yaml";
        assertThat(problems(new SchemaCheck(), kamelet, "- convertBodyTo:", "- convertBody:"))
                .singleElement()
                .asString()
                .startsWith(kamelet + ":" + lineOf(kamelet, "- convertBody:") + ": property 'convertBody'");
    }

    @Test
    void allEndpointsAreKnown() {
        assertThat(problems(new EndpointCheck())).isEmpty();
    }

    @Test
    void anUnknownEndpointOptionIsFound() {
        assertThat(problems(new EndpointCheck(), EVENT, "concurrentConsumers:", "concurrentConsumer:"))
                .singleElement()
                .asString()
                .startsWith(EVENT + ":10: concurrentConsumer")
                .contains("Unknown option");
    }

    @Test
    void nothingIsUsedThatThisCamelDoesWrong() {
        assertThat(problems(new KnownIssueCheck())).isEmpty();
    }

    @Test
    void whatThisCamelDoesWrongIsFound() {
        assertThat(problems(new KnownIssueCheck(), ERP_SINK, "httpMethod: POST", "followRedirects: true"))
                .singleElement()
                .asString()
                .contains("CVE-2026-85251");
        assertThat(problems(new KnownIssueCheck(), EVENT, "concurrentConsumers:", "matchOnUriPrefix:"))
                .singleElement()
                .asString()
                .contains("CVE-2026-85316");
        assertThat(problems(new KnownIssueCheck(), FAILED, "- bean:", "- saga:"))
                .singleElement()
                .asString()
                .contains("CVE-2026-85312");
        assertThat(problems(new KnownIssueCheck(), EVENT, "uri: seda:stripe-events", "uri: imaps:mail.example.com"))
                .singleElement()
                .asString()
                .contains("CVE-2026-33454");
        assertThat(problems(new KnownIssueCheck(), MAIL_DELIVERY, "pattern: \"*\"", "pattern: CamelX"))
                .singleElement()
                .asString()
                .contains("CVE-2026-46584");
        assertThat(problems(new KnownIssueCheck(), ERP_SINK, "pattern: \"*\"", "pattern: CamelX"))
                .singleElement()
                .asString()
                .contains("CVE-2026-78164");
        assertThat(problems(new KnownIssueCheck(), ERP_SINK, "httpMethod: POST", "transferException: true"))
                .singleElement()
                .asString()
                .contains("CVE-2026-40859");
        assertThat(problems(
                        new KnownIssueCheck(),
                        "routes/api/api-order.camel.yaml",
                        "type: java.lang.String",
                        "type: byte[]"))
                .singleElement()
                .asString()
                .contains("40 kB");
        assertThat(problems(new KnownIssueCheck(), KAFKA_SINK, "pattern: \"*\"", "pattern: CamelX"))
                .singleElement()
                .asString()
                .contains("CVE-2026-49098");
        assertThat(problems(
                        new KnownIssueCheck(),
                        "config/application.properties",
                        "camel.server.authenticationPath=/*",
                        "camel.server.authenticationPath=/"))
                .singleElement()
                .asString()
                .contains("CVE-2026-40022");
    }

    @Test
    void aTimerThatAClockSetBackWouldStopIsFound() {
        String backlog = "routes/backlog.camel.yaml";
        assertThat(problems(new EndpointCheck(), backlog, "uri: scheduler:", "uri: timer:"))
                .singleElement()
                .asString()
                .contains("wall clock");
    }

    @Test
    void aBreakerThatAClockSetBackWouldKeepOpenIsFound() {
        String line = "automaticTransitionFromOpenToHalfOpenEnabled: true";
        assertThat(problems(new BreakerCheck(), ERP_DELIVERY, line, "writableStackTraceEnabled: true"))
                .singleElement()
                .asString()
                .startsWith(ERP_DELIVERY)
                .contains("wall clock");
        assertThat(problems(new BreakerCheck())).isEmpty();
    }

    @Test
    void anOperationThatStripeDoesNotHaveIsFound() {
        String pay = "routes/checkout/confirm-payment.camel.yaml";
        assertThat(problems(new EndpointCheck(), pay, "uri: stripe:paymentIntents", "uri: stripe:paymentIntent"))
                .isNotEmpty()
                .allMatch(problem -> problem.contains("paymentIntent"));
    }

    @Test
    void aValueThatAnOptionCannotHaveIsFound() {
        assertThat(problems(new EndpointCheck(), INBOX, "blockWhenFull: true", "blockWhenFull: perhaps"))
                .singleElement()
                .asString()
                .startsWith(INBOX + ":16: blockWhenFull")
                .contains("Invalid boolean value: perhaps");
    }

    @Test
    void anUnknownComponentIsFound() {
        assertThat(problems(new EndpointCheck(), INBOX, "uri: seda:", "uri: sedda:"))
                .containsExactly(INBOX + ":16: there is no component sedda");
    }

    @Test
    void ourOwnComponentIsKnownByItsOptions() {
        String customer = "routes/stripe-customer.camel.yaml";
        assertThat(problems(new EndpointCheck(), customer, "uri: http:stripe", "uri: stripe:events"))
                .hasSize(1)
                .first()
                .asString()
                .contains("connectTimeout", "responseTimeout", "Unknown option")
                .doesNotContain("operation");
        assertThat(problems(new EndpointCheck(), customer, "uri: http:stripe", "uri: stripe:coupons"))
                .hasSize(1)
                .first()
                .asString()
                .contains("operation", "Invalid enum value: coupons");
    }

    @Test
    void optionsInTheUriAreFound() {
        assertThat(problems(new EndpointCheck(), INBOX, "uri: seda:stripe-events", "uri: seda:stripe-events?size=1"))
                .containsExactly(INBOX + ":16: options belong under parameters:, not behind a ? in the uri");
    }

    @Test
    void theShortFormIsFound() {
        assertThat(problems(
                        new EndpointCheck(),
                        EVENT,
                        "- to:\n                    uri: direct:event-router",
                        "- to: direct:event-router"))
                .containsExactly(
                        EVENT + ":" + lineOf(EVENT, "- to: ") + ": write to with uri: and, apart from it, parameters:");
    }

    @Test
    void aMissingKameletIsFound() {
        String delivery = "routes/erp-delivery.camel.yaml";
        assertThat(problems(new EndpointCheck(), delivery, "-sink", "-sinc"))
                .containsExactly(delivery + ":" + lineOf(delivery, "-sinc")
                        + ": there is no kamelet erp-{{erp.transport}}-sinc");
    }

    @Test
    void aMissingSqlFileIsFound() {
        assertThat(problems(new EndpointCheck(), INBOX, "claim-events.sql", "claim-event.sql"))
                .containsExactly(INBOX + ":8: there is no file config/sql/h2/claim-event.sql");
    }

    @Test
    void allSimpleExpressionsCanBeParsed() {
        assertThat(problems(new SimpleCheck())).isEmpty();
    }

    @Test
    void brokenSimpleIsFound() {
        String line = "${body.type} == 'payment_intent.created'";
        assertThat(problems(new SimpleCheck(), ROUTER, line, "${body.type == 'payment_intent.created'"))
                .singleElement()
                .asString()
                .startsWith(ROUTER + ":17: ")
                .endsWith(": ${body.type == 'payment_intent.created'");
    }

    @Test
    void anUnknownSimpleFunctionIsFound() {
        assertThat(problems(new SimpleCheck(), EVENT, "${body}", "${bodi}"))
                .singleElement()
                .asString()
                .startsWith(EVENT + ":" + lineOf(EVENT, "${bodi}") + ": Unknown function: bodi");
    }

    @Test
    void aSimpleOperatorWithABlankIsFound() {
        assertThat(problems(
                        new SimpleCheck(),
                        ROUTER,
                        "== 'payment_intent.created'",
                        "not contains 'payment_intent.created'"))
                .containsExactly(ROUTER
                        + ":17: 'not contains' is deprecated: ${body.type} not contains 'payment_intent.created'");
    }

    @Test
    void allRoutesAreNamedForTheirFiles() {
        assertThat(problems(new NamingCheck())).isEmpty();
    }

    @Test
    void anIdThatIsNotTheFilesNameIsFound() {
        assertThat(problems(new NamingCheck(), FAILED, "id: payment-failed", "id: payment-fails"))
                .containsExactly(FAILED + ":2: the id is not the name of the file, payment-failed");
    }

    @Test
    void aRouteWithoutAGroupIsFound() {
        assertThat(problems(new NamingCheck(), FAILED, "    group: payments\n", ""))
                .containsExactly(FAILED + ":1: the route has no group");
    }

    @Test
    void aSecondRouteInAFileIsFound() {
        assertThat(problems(new NamingCheck(), FAILED, "- route:\n", "- routeConfiguration:\n    id: x\n- route:\n"))
                .containsExactly(FAILED + ":3: a file holds exactly one route");
    }

    @Test
    void aMissingRouteConfigurationIsFound() {
        assertThat(problems(new NamingCheck(), FAILED, "Id: in-transaction", "Id: in-transactions"))
                .containsExactly(FAILED + ":7: there is no routeConfiguration in-transactions");
    }

    @Test
    void whatIsSentIsTaken() {
        assertThat(problems(new ConnectionCheck())).isEmpty();
    }

    @Test
    void whatNobodyTakesAndWhatNobodySendsIsFound() {
        assertThat(problems(new ConnectionCheck(), FAILED, "direct:payment-failed", "direct:payment-fails"))
                .containsExactlyInAnyOrder(
                        ROUTER + ":" + lineOf(ROUTER, "uri: direct:payment-failed")
                                + ": no route takes what is sent to direct:payment-failed",
                        FAILED + ":9: nobody sends anything to direct:payment-fails");
    }

    @Test
    void allBeansAreBoundAndHaveTheirMethods() throws Exception {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                RunningPayroutes program = withDemoPartners(database)) {
            BeanCheck check = new BeanCheck(program.camel().getRegistry()::lookupByName);
            assertThat(problems(check)).isEmpty();
        }
    }

    @Test
    void aMissingBeanAMissingMethodAndAMissingClassAreFound() {
        BeanCheck check = new BeanCheck(name -> switch (name) {
            case "nothing", "dataSouce", "inboxx" -> null;
            default -> new Anything();
        });
        assertThat(problems(check, FAILED, "ref: paymentMails", "ref: nothing"))
                .contains(FAILED + ":15: there is no bean nothing");
        assertThat(problems(check, FAILED, "method: failed", "method: fail"))
                .contains(FAILED + ":16: paymentMails has no method fail");
        assertThat(problems(check, INBOX, "#dataSource", "#dataSouce"))
                .contains(INBOX + ":10: there is no bean dataSouce");
        assertThat(problems(check, "config/sql/h2/claim-events.sql", "bean:inbox.batch", "bean:inboxx.batch"))
                .anyMatch(problem -> problem.matches("config/sql/h2/claim-events.sql:\\d+: there is no bean inboxx"));
        assertThat(problems(check, "config/sql/h2/claim-events.sql", "bean:inbox.batch", "bean:inbox.batsch"))
                .anyMatch(problem -> problem.endsWith("inbox has no method batsch"));
        assertThat(problems(check, "routes/errors.camel.yaml", "ContradictionException", "ContradictionExeption"))
                .anyMatch(problem -> problem.endsWith(": there is no class io.payroutes.inbox.ContradictionExeption"));
        assertThat(problems(check, "routes/stripe-webhook.camel.yaml", "EventEnvelope", "EventEnvelop"))
                .anyMatch(problem -> problem.endsWith(": there is no class io.payroutes.webhook.EventEnvelop"));
    }

    @Test
    void allSettingsAreExplainedAndUsed() {
        assertThat(problems(new SettingsCheck())).isEmpty();
    }

    @Test
    void anUnknownSettingOfARouteIsFound() {
        assertThat(problems(new SettingsCheck(), EVENT, "{{inbox.workers}}", "{{inbox.worker}}"))
                .contains(EVENT + ":12: inbox.worker does not stand in config/application.properties");
    }

    @Test
    void aPeriodThatNobodyLooksAtIsFound() {
        String backlog = "routes/backlog.camel.yaml";
        assertThat(problems(new SettingsCheck(), backlog, "{{inbox.backlog.refresh}}", "{{erp.breaker.window}}"))
                .anySatisfy(problem ->
                        assertThat(problem).startsWith(backlog).contains("erp.breaker.window is looked at by nobody"));
    }

    @Test
    void anUnknownSettingOfAnExpressionIsFound() {
        String capturable = "routes/payment-succeeded.camel.yaml";
        assertThat(problems(
                        new SettingsCheck(),
                        capturable,
                        "properties:mail.payment-confirmed.enabled",
                        "properties:mail.x"))
                .contains(capturable + ":" + lineOf(capturable, "properties:mail.x")
                        + ": mail.x does not stand in config/application.properties");
    }

    @Test
    void aSettingThatNobodyUsesAndNobodyExplainsIsFound() {
        String settings = "config/application.properties";
        assertThat(problems(new SettingsCheck(), settings, "# -- HTTP", "inbox.wrokers=4\n\n# -- HTTP"))
                .containsExactlyInAnyOrder(
                        settings + ":" + lineOf(settings, "inbox.wrokers") + ": no comment says what inbox.wrokers is",
                        settings + ":" + lineOf(settings, "inbox.wrokers") + ": nobody uses inbox.wrokers");
    }

    private static RunningPayroutes withDemoPartners(TestDatabase database) throws Exception {
        RunningPayroutes program = RunningPayroutes.on(database)
                .with("mail.port", FreePort.next())
                .with("demo.mails", "target/route-files/mails")
                .with("demo.stripe.port", "0")
                .with("stripe.api-key", "sk_test_demo")
                .with("stripe.publishable-key", "pk_test_demo")
                .with("api.keys", "demo-key")
                .start();
        new DemoPartners().configure(program.camel());
        return program;
    }

    private static List<String> problems(RouteCheck check) {
        return check.problems(new RouteProject(Path.of(""))).stream()
                .map(Problem::toString)
                .toList();
    }

    /** What the check finds in a copy of the project with one mistake in it, and not in the project itself. */
    private List<String> problems(RouteCheck check, String file, String right, String wrong) {
        List<String> before = problems(check);
        return check.problems(new RouteProject(ProjectCopy.with(copy, file, right, wrong))).stream()
                .map(Problem::toString)
                .filter(problem -> !before.contains(problem))
                .toList();
    }

    private int lineOf(String file, String text) {
        try {
            List<String> lines = Files.readAllLines(copy.resolve(file));
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).contains(text)) {
                    return i + 1;
                }
            }
            throw new AssertionError(file + " has no line with " + text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Has the methods that the tests above leave alone. */
    static final class Anything {
        public @Nullable Object batch() {
            return null;
        }
    }
}
