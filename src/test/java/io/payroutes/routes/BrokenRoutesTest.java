package io.payroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.FreePort;
import io.payroutes.Payroutes;
import io.payroutes.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Starts the program with a mistake in a file: it says where the mistake is and what it is, in two lines, and ends. */
@Timeout(60)
class BrokenRoutesTest {
    private static TestDatabase database;

    @TempDir
    private Path copy;

    @BeforeAll
    static void open() {
        database = TestDatabase.open(TestDatabase.Kind.H2);
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @BeforeEach
    void copyRoutes() {
        ProjectCopy.copy(Path.of("routes"), copy.resolve("routes"));
    }

    @Test
    void anUnknownStep() {
        assertThat(said("payment-failed", "- bean:", "- been:"))
                .isEqualTo(at("payment-failed", 11, "there is no step called been", "- been:"));
    }

    @Test
    void anUnknownOptionOfAStep() {
        assertThat(said("payment-failed", "method: failed", "methode: failed"))
                .isEqualTo(at("payment-failed", 16, "there is no option called methode here", "methode: failed"));
    }

    @Test
    void wrongIndentation() {
        assertThat(said("payment-failed", "            method: failed", "           method: failed"))
                .startsWith(where("payment-failed", 16) + "not YAML: ")
                .endsWith("(is the indentation right?)\n    method: failed\n");
    }

    @Test
    void aTab() {
        assertThat(said("payment-failed", "            method: failed", "\tmethod: failed"))
                .startsWith(where("payment-failed", 16) + "not YAML: ")
                .contains("TAB");
    }

    @Test
    void anUnknownOptionOfAConsumer() {
        assertThat(said("stripe-event", "concurrentConsumers:", "concurrentConsumer:"))
                .isEqualTo(at(
                        "stripe-event",
                        12,
                        "the endpoint seda: has no option concurrentConsumer",
                        "concurrentConsumer: \"{{inbox.workers}}\""));
    }

    @Test
    void anUnknownOptionOfAProducer() {
        assertThat(said("stripe-event-inbox", "blockWhenFull:", "blokWhenFull:"))
                .startsWith(where("stripe-event-inbox", 19) + "the endpoint seda: has no option blokWhenFull\n");
    }

    @Test
    void aValueThatAnOptionCannotHave() {
        assertThat(said("stripe-event-inbox", "blockWhenFull: true", "blockWhenFull: perhaps"))
                .startsWith(where("stripe-event-inbox", 19) + "'perhaps' is not a value (Boolean) of this option\n");
    }

    @Test
    void anUnknownComponent() {
        assertThat(said("stripe-event-inbox", "uri: seda:", "uri: sedda:"))
                .startsWith(where("stripe-event-inbox", 16) + "there is no component sedda ");
    }

    @Test
    void anUnknownBean() {
        assertThat(said("payment-failed", "ref: paymentMails", "ref: paymentMail"))
                .isEqualTo(at("payment-failed", 15, "there is no bean paymentMail", "ref: paymentMail"));
    }

    @Test
    void anUnknownBeanOfAnOption() {
        assertThat(said("stripe-event-inbox", "#dataSource", "#dataSouce"))
                .startsWith(where("stripe-event-inbox", 10) + "there is no bean dataSouce\n");
    }

    @Test
    void anUnknownMethod() {
        assertThat(said("payment-failed", "method: failed", "method: fail"))
                .startsWith(
                        where("payment-failed", 16) + "io.payroutes.notification.PaymentMails has no method fail\n");
    }

    @Test
    void aBrokenSimpleExpression() {
        String right = "${body.type} == 'payment_intent.created'";
        assertThat(said("event-router", right, "${body.type == 'payment_intent.created'"))
                .startsWith(where("event-router", 17) + "this Simple expression is wrong: expected symbol functionEnd")
                .endsWith("\n    expression: ${body.type == 'payment_intent.created'\n");
    }

    @Test
    void anUnknownFunctionOfSimple() {
        assertThat(said("event-router", "${body.type} in 'payout", "${bodi.type} in 'payout"))
                .contains(
                        "event-router.camel.yaml, line ",
                        "this Simple expression is wrong: Unknown function: bodi.type");
    }

    @Test
    void aMissingSetting() {
        assertThat(said("stripe-event", "{{inbox.workers}}", "{{inbox.worker}}"))
                .startsWith(where("stripe-event", 12) + "there is no setting inbox.worker in config/\n");
    }

    @Test
    void aMissingKamelet() {
        assertThat(said("erp-delivery", "}}-sink", "}}-sinc"))
                .contains("erp-delivery.camel.yaml, line ", ": there is no kamelet erp-http-sinc\n");
    }

    @Test
    void aMissingSqlFile() {
        assertThat(said("stripe-event-inbox", "claim-events.sql", "claim-event.sql"))
                .startsWith(where("stripe-event-inbox", 8) + "there is no file config/sql/h2/claim-event.sql\n");
    }

    @Test
    void aMissingRouteConfigurationThatCamelWouldIgnore() {
        assertThat(said("payment-failed", "Id: in-transaction", "Id: in-transactions"))
                .startsWith(where("payment-failed", 7) + "there is no routeConfiguration in-transactions\n");
    }

    @Test
    void anIdThatAnotherRouteHas() {
        assertThat(said("payment-failed", "id: payment-failed", "id: refund"))
                .startsWith(where("payment-failed", 2) + "there is another route with the id refund\n");
    }

    @Test
    void anUnknownClassInTheErrorHandlingOfARoute() {
        assertThat(said("errors", "inbox.ContradictionException", "inbox.ContradictionExeption"))
                .contains(
                        "errors.camel.yaml, line ",
                        ": there is no class io.payroutes.inbox.ContradictionExeption\n    - io.payroutes.inbox");
    }

    @Test
    void aSettingThatCamelDoesNotKnow() {
        assertThat(output(Map.of("camel.main.shutdownTimout", "3")))
                .isEqualTo("Payroutes did not start: Camel has no setting camel.main.shutdownTimout\n");
    }

    @Test
    void aLanguageThatNobodyWroteTheFindingsIn() {
        assertThat(output(Map.of("reconciliation.notify.language", "fr")))
                .contains("reconciliation.notify.language must be en or ja, not 'fr'");
    }

    @Test
    void aSettingWithAWrongValue() {
        assertThat(output(Map.of("inbox.batch", "many")))
                .isEqualTo("Payroutes did not start: inbox.batch must be a whole number, not 'many'"
                        + " (config/application.properties, or the environment variable INBOX_BATCH)\n");
    }

    /** A secret key in the place of the publishable one would be shown to every customer. */
    @ParameterizedTest
    @CsvSource({
        "stripe.publishable-key, sk_live_51secret, must be a publishable key",
        "stripe.publishable-key, rk_live_51secret, must be a publishable key",
        "stripe.publishable-key, whsec_51secret, must be a publishable key",
        "stripe.api-key, pk_live_51secret, must be a secret or restricted key",
        "stripe.api-key, whsec_51secret, must be a secret or restricted key",
        "stripe.webhook-secret, sk_live_51secret, must be the endpoint's signing secret",
        "stripe.webhook-secret, 'whsec_test,rk_live_51secret', must be the endpoint's signing secret"
    })
    void aKeyInThePlaceOfAnotherWhichIsNotRepeated(String setting, String key, String complaint) {
        assertThat(output(Map.of(setting, key)))
                .startsWith("Payroutes did not start: " + setting + " " + complaint)
                .doesNotContain("51secret");
    }

    @ParameterizedTest
    @CsvSource({
        "erp.url, erp.example.com/orders, must be a URL such as",
        "erp.url, not a url, must be a URL such as",
        "erp.url, ftp://erp.example.com, must be a URL such as",
        "erp.url, http:///orders, must be a URL such as",
        "checkout.url, shop.example.com, must be a URL such as",
        "stripe.js-url, js.stripe.com/v3/, must be a URL such as",
        "stripe.api-base, api.stripe.com, must be a URL such as",
        "stripe.api-base, https://api.stripe.com/, must not end with a slash"
    })
    void anAddressThatCannotBeCalled(String setting, String address, String complaint) {
        assertThat(output(Map.of(setting, address)))
                .startsWith("Payroutes did not start: " + setting + " " + complaint);
    }

    @ParameterizedTest
    @CsvSource({
        "http.max-body, -5, must be greater than zero",
        "http.max-body, abc, must be a whole number",
        "inbox.workers, 0, must be greater than zero",
        "erp.workers, 0, must be greater than zero",
        "mail.workers, -1, must be greater than zero",
        "stripe.workers, 0, must be greater than zero",
        "database.pool, 1, must be at least 2",
        "mail.host, smtp://mail.example.com, must be a host such as",
        "mail.port, 70000, must be a port",
        "mail.port, smtp, must be a whole number",
        "erp.breaker.window, 0, must be greater than zero",
        "mail.breaker.minimum, many, must be a whole number",
        "checkout.rate.requests, 0, must be greater than zero",
        "checkout.rate.payments, some, must be a whole number",
        "retention.batch, 0, must be greater than zero",
        "retention.search, 0, must be greater than zero",
        "retention.every, 0s, must be longer than 0s",
        "retention.every, 1x, must be a duration"
    })
    void aNumberOrANameThatCannotBe(String setting, String value, String complaint) {
        assertThat(output(Map.of(setting, value))).startsWith("Payroutes did not start: " + setting + " " + complaint);
    }

    @Test
    void aManagementPortThatIsTheCustomersPort() throws Exception {
        String both = Integer.toString(FreePort.next());
        assertThat(output(Map.of("http.port", both, "management.port", both)))
                .startsWith("Payroutes did not start: management.port must not be http.port");
    }

    @Test
    void aSenderWithoutAnAddress() {
        assertThat(output(Map.of("mail.from", "the shop"))).contains("mail.from");
    }

    @Test
    void aNumberThatAnOptionCannotHave() {
        assertThat(said("stripe-event", "\"{{inbox.workers}}\"", "many"))
                .startsWith(where("stripe-event", 12) + "the option concurrentConsumers cannot be 'many'\n");
    }

    @Test
    void aDatabaseThatIsNotThere() {
        assertThat(output(Map.of("database.url", "jdbc:postgresql://localhost:1/none", "database.patience", "1s")))
                .startsWith(
                        "Payroutes did not start:\n  cannot connect to the database\n  Connection to localhost:1 refused.");
    }

    @Test
    void aPortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            assertThat(output(Map.of("http.port", Integer.toString(taken.getLocalPort()))))
                    .startsWith("Payroutes did not start: http.port is " + taken.getLocalPort()
                            + ", which cannot be listened on: Address already in use");
        }
    }

    private String at(String route, int line, String reason, String text) {
        return where(route, line) + reason + "\n    " + text + "\n";
    }

    private String where(String route, int line) {
        return "Payroutes did not start: " + copy.resolve("routes").resolve(route + ".camel.yaml") + ", line " + line
                + ": ";
    }

    private String said(String route, String right, String wrong) {
        ProjectCopy.replace(copy.resolve("routes").resolve(route + ".camel.yaml"), right, wrong);
        return output(Map.of());
    }

    @Test
    void aConsumerThatCannotStartIsToldOnceAndTheLogHasNoStackTrace() {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream console = System.out;
        System.setOut(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            assertThat(output(Map.of("camel.server.enabled", "false"))).contains("set camel.server.enabled=true");
        } finally {
            System.setOut(console);
        }
        assertThat(log.toString(StandardCharsets.UTF_8)).contains("is starting").doesNotContain("\tat ", " ERROR ");
    }

    private String output(Map<String, String> settings) {
        String routes = copy.resolve("routes").toString();
        Main main = Payroutes.main();
        database.settings().forEach(main::addOverrideProperty);
        Map.of(
                        "camel.main.routesIncludePattern", "file:" + routes + "/*.camel.yaml",
                        "camel.component.kamelet.location", "file:" + routes + "/kamelets",
                        "stripe.webhook-secret", "whsec_test",
                        "erp.url", "http://localhost:1",
                        "http.port", "0",
                        "management.port", "0")
                .forEach(main::addOverrideProperty);
        settings.forEach(main::addOverrideProperty);
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        PrintStream console = System.err;
        System.setErr(new PrintStream(output, true, StandardCharsets.UTF_8));
        try {
            assertThat(Payroutes.run(main)).isEqualTo(1);
        } finally {
            System.setErr(console);
        }
        return output.toString(StandardCharsets.UTF_8);
    }
}
