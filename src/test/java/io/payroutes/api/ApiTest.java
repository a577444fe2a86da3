package io.payroutes.api;

import static io.payroutes.api.Rows.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.payroutes.OnEachDatabase;
import io.payroutes.RunningPayroutes;
import io.payroutes.TestDatabase;
import io.payroutes.api.Client.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API answers, asked over HTTP. */
@OnEachDatabase
class ApiTest {
    private final TestDatabase database;
    private final Rows rows;
    private static RunningPayroutes payroutes;
    private static Client client;

    ApiTest(TestDatabase database) {
        this.database = database;
        this.rows = new Rows(database);
    }

    @BeforeParameterizedClassInvocation
    static void start(TestDatabase database) {
        payroutes = RunningPayroutes.on(database)
                .with("api.keys", "another-key, " + Client.KEY)
                .with("inbox.poll", "1h")
                .with("inbox.gathering", "1h")
                .start();
        client = new Client(payroutes.url(""));
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        payroutes.close();
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @Test
    void paymentsComeNewestFirstPageByPageWithoutGapOrRepetitionEvenAtTheSameInstant() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            String id = "pi_%02d".formatted(i);
            rows.payment(id, NOON.plusSeconds(i / 10), "succeeded", "Succeeded");
            expected.add(0, id);
        }
        List<String> seen = new ArrayList<>();
        String next = "";
        do {
            JsonNode page = client.get("/api/payments?limit=4" + next).json();
            assertThat(page.path("object").textValue()).isEqualTo("list");
            page.path("data").forEach(payment -> seen.add(payment.path("id").textValue()));
            assertThat(page.path("has_more").booleanValue())
                    .isEqualTo(!page.path("next").isNull());
            next = page.path("next").isNull()
                    ? ""
                    : "&after=" + page.path("next").textValue();
        } while (!next.isEmpty());
        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void aPageHasTwentyRowsUnlessAskedOtherwise() {
        for (int i = 0; i < 21; i++) {
            rows.payment("pi_" + i, NOON, "succeeded", "Succeeded");
        }
        assertThat(client.get("/api/payments").json().path("data")).hasSize(20);
        assertThat(client.get("/api/payments?limit=100").json().path("data")).hasSize(21);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status=requires_capture",
                "payment_status=Partial%20capture",
                "payment_status=partial_capture",
                "payment_status=PARTIAL+CAPTURE",
                "order=order-pi_b",
                "customer=cus_pi_b",
                "customer=pi_b@example.com",
                "customer=pi_b%40example.com&status=requires_capture&order=order-pi_b",
                "from=2026-03-01T12:00:01Z&to=2026-03-01T12:00:02Z",
                "from=2026-03-01T21:00:01%2B09:00&to=2026-03-01T21:00:02+09:00",
                "from=2026-03-01&to=2026-03-02&status=requires_capture"
            })
    void paymentsAreFiltered(String query) {
        rows.payment("pi_a", NOON, "succeeded", "Succeeded");
        rows.payment("pi_b", NOON.plusSeconds(1), "requires_capture", "Partial capture");
        rows.payment("pi_c", NOON.plusSeconds(2), "succeeded", "Refunded");
        JsonNode page = client.get("/api/payments?" + query).json();
        assertThat(page.path("data").findValuesAsText("id")).containsExactly("pi_b");
    }

    @Test
    void aPaymentTellsAllThatIsKnownAboutIt() {
        rows.payment("pi_a", NOON, "succeeded", "Succeeded");
        rows.transition("pi_a", "third", NOON.plusSeconds(1), 1, "succeeded");
        rows.transition("pi_a", "second", NOON, 2, "processing");
        rows.transition("pi_a", "first", NOON, 1, "created");
        rows.charge("ch_a", "pi_a");
        rows.refund("re_a", "pi_a");
        rows.dispute("dp_a", "pi_a");
        rows.delivery("del_a", "erp", "pi_a", "pending", NOON, null);
        rows.attempt("del_a", NOON);
        rows.finding("f_a", "pi_a", "amount_mismatch", "open", NOON);
        rows.charge("ch_other", "pi_other");
        JsonNode payment = client.get("/api/payments/pi_a").json();
        assertThat(payment.path("object").textValue()).isEqualTo("payment");
        assertThat(payment.path("amount").longValue()).isEqualTo(1099);
        assertThat(payment.path("created_at").textValue()).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(payment.path("attempt_failed").isBoolean()).isTrue();
        assertThat(payment.path("amount_remaining").isNull()).isTrue();
        assertThat(payment.path("time_line").findValuesAsText("status"))
                .containsExactly("created", "processing", "succeeded");
        assertThat(payment.path("charges").findValuesAsText("id")).containsExactly("ch_a");
        assertThat(payment.path("refunds").findValuesAsText("id")).containsExactly("re_a");
        assertThat(payment.path("disputes").findValuesAsText("id")).containsExactly("dp_a");
        assertThat(payment.path("findings").findValuesAsText("id")).containsExactly("f_a");
        JsonNode delivery = payment.path("deliveries").path(0);
        assertThat(delivery.path("waiting_for").textValue()).isEqualTo("erp.url is not set");
        assertThat(delivery.path("attempt_log").path(0).path("status_code").intValue())
                .isEqualTo(503);
        assertThat(payment.toString()).doesNotContain("version_");
    }

    @Test
    void aSetupIntentIsShown() {
        rows.setupIntent("seti_a");
        JsonNode intent = client.get("/api/setup-intents/seti_a").json();
        assertThat(intent.path("object").textValue()).isEqualTo("setup_intent");
        assertThat(intent.path("status").textValue()).isEqualTo("succeeded");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "state=parked",
                "type=charge.refunded",
                "object=pi_of_evt_b",
                "from=2026-03-01T12:00:01Z&to=2026-03-01T12:00:02Z"
            })
    void eventsAreFiltered(String query) {
        rows.event("evt_a", "charge.captured", "handled", NOON, NOON);
        rows.event("evt_b", "charge.refunded", "parked", NOON.plusSeconds(1), NOON.plusSeconds(1));
        JsonNode page = client.get("/api/events?" + query).json();
        assertThat(page.path("data").findValuesAsText("id")).containsExactly("evt_b");
        assertThat(page.path("data").path(0).path("reason").textValue()).isEqualTo("amounts differ");
        assertThat(page.path("data").path(0).has("payload")).isFalse();
    }

    @Test
    void anEventHasItsPayloadAsStripeSentIt() {
        rows.event("evt_a", "charge.captured", "handled", NOON, NOON);
        Answer answer = client.get("/api/events/evt_a");
        assertThat(answer.response().body()).contains("{\"id\": \"evt_a\",\n \"object\": \"event\", \"amount\": 1.50}");
        assertThat(answer.json().path("payload").path("id").textValue()).isEqualTo("evt_a");
    }

    @Test
    void aReplaySaysWhatItDid() {
        rows.event("evt_a", "charge.captured", "parked", NOON, NOON);
        JsonNode answer = client.post("/api/events/evt_a/replay").json();
        assertThat(answer.path("previous_state").textValue()).isEqualTo("parked");
        assertThat(answer.path("state").textValue()).isEqualTo("received");
        assertThat(answer.path("attempts").intValue()).isZero();
        assertThat(database.jdbc().queryForObject("SELECT state FROM stripe_event", String.class))
                .isEqualTo("received");
    }

    @Test
    void deliveriesAreFilteredAndShownWithTheirAttempts() {
        rows.delivery("del_a", "mail", "pi_a", "pending", NOON, null);
        rows.delivery("del_b", "erp", "pi_b", "dead", NOON, NOON);
        rows.attempt("del_b", NOON);
        for (String query : List.of(
                "state=dead", "destination=erp", "payment=pi_b", "order=order-pi_b", "state=dead&payment=pi_b")) {
            assertThat(client.get("/api/deliveries?" + query)
                            .json()
                            .path("data")
                            .findValuesAsText("id"))
                    .as(query)
                    .containsExactly("del_b");
        }
        assertThat(client.get("/api/deliveries/del_a")
                        .json()
                        .path("waiting_for")
                        .textValue())
                .isEqualTo("mail.host is not set");
        JsonNode dead = client.get("/api/deliveries/del_b").json();
        assertThat(dead.path("waiting_for").isNull()).isTrue();
        assertThat(dead.path("payload").path("specversion").textValue()).isEqualTo("1.0");
        assertThat(dead.path("attempt_log")).hasSize(1);
    }

    @Test
    void aRetrySaysWhatItDid() {
        rows.delivery("del_b", "erp", "pi_b", "dead", NOON, NOON);
        JsonNode answer = client.post("/api/deliveries/del_b/retry").json();
        assertThat(answer.path("previous_state").textValue()).isEqualTo("dead");
        assertThat(answer.path("state").textValue()).isEqualTo("pending");
    }

    @Test
    void theReconciliationIsShownInShortAndInFull() {
        rows.finding("f_a", "pi_a", "amount_mismatch", "open", NOON);
        rows.finding("f_b", "pi_b", "amount_mismatch", "open", NOON.plusSeconds(1));
        rows.finding("f_c", "pi_c", "refund_failed", "resolved", NOON.plusSeconds(2));
        rows.run("run_a", NOON);
        rows.run("run_b", NOON.plus(Duration.ofDays(1)));
        JsonNode summary = client.get("/api/reconciliation").json();
        assertThat(summary.path("findings").toString())
                .isEqualTo("[{\"code\":\"amount_mismatch\",\"state\":\"open\",\"number\":2},"
                        + "{\"code\":\"refund_failed\",\"state\":\"resolved\",\"number\":1}]");
        assertThat(summary.path("last_run").path("id").textValue()).isEqualTo("run_b");
        assertThat(client.get("/api/reconciliation/findings?state=open&code=amount_mismatch&payment=pi_b")
                        .json()
                        .path("data")
                        .findValuesAsText("id"))
                .containsExactly("f_b");
        assertThat(client.get("/api/reconciliation/runs").json().path("data").findValuesAsText("id"))
                .containsExactly("run_b", "run_a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET  | /api/payments/pi_none",
                "GET  | /api/events/evt_none",
                "POST | /api/events/evt_none/replay",
                "GET  | /api/deliveries/del_none",
                "POST | /api/deliveries/del_none/retry",
                "GET  | /api/setup-intents/seti_none",
                "GET  | /api/events/%27%3B%20DROP%20TABLE%20payment--",
                "GET  | /api/nothing",
                "GET  | /api",
                "GET  | /nothing"
            })
    void whatIsNotThereIsAProblem404(String method, String path) {
        Answer answer = client.ask(method, path, "Authorization", "Bearer " + Client.KEY);
        assertProblem(answer, 404, "Not Found");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/payments?limit=0                              | limit",
                "/api/payments?limit=101                            | limit",
                "/api/payments?limit=-1                             | limit",
                "/api/payments?limit=99999999999999999999           | limit",
                "/api/payments?limit=1e2                            | limit",
                "/api/payments?limit=                               | limit",
                "/api/payments?limit                                | limit",
                "/api/payments?limit=1&limit=2                      | limit",
                "/api/payments?after=nonsense                       | after",
                "/api/payments?after=%25%25                         | after",
                "/api/payments?after=MjAyNi0wMy0wMVQxMjowMDowMFo    | after",
                "/api/payments?after=OTk5OTk5LTAxLTAxVDAwOjAwOjAwWiBh | after",
                "/api/payments?status=paid                          | status",
                "/api/payments?status='%20OR%20'1'='1               | status",
                "/api/payments?payment_status=nearly                | payment_status",
                "/api/payments?from=yesterday                       | from",
                "/api/payments?to=2026-02-30                        | to",
                "/api/payments?to=%2B999999999-01-01T00:00:00Z      | to",
                "/api/payments?order=a%00b                          | order",
                "/api/payments?colour=red                           | colour",
                "/api/payments?CamelHttpResponseCode=200            | CamelHttpResponseCode",
                "/api/payments?%3Cscript%3E=1                       | ?",
                "/api/payments/pi_a?expand=charges                  | expand",
                "/api/payments/pi%00a                               | id",
                "/api/events?state=lost                             | state",
                "/api/deliveries?destination=DROP%20TABLE           | destination",
                "/api/deliveries/x?limit=1                          | limit",
                "/api/reconciliation?limit=1                        | limit",
                "/api/reconciliation/findings?code=Not%20A%20Code   | code",
                "/api/reconciliation/runs?state=x                   | state"
            })
    void whatCannotBeUsedIsAProblem400ThatNamesTheParameter(String path, String parameter) {
        rows.payment("pi_a", NOON, "succeeded", "Succeeded");
        Answer answer = client.get(path.replace("'", "%27"));
        assertProblem(answer, 400, "Bad Request");
        assertThat(answer.json().path("parameter").textValue()).isEqualTo(parameter);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "' OR '1'='1",
                "x'; DROP TABLE payment; --",
                "x\\' OR 1=1 --",
                "${exception.stacktrace}",
                "{{api.keys}}",
                "?:;/#"
            })
    void sqlAndExpressionsInValuesAreOnlyText(String value) {
        rows.payment("pi_a", NOON, "succeeded", "Succeeded");
        for (String parameter : List.of("order", "customer")) {
            Answer answer =
                    client.get("/api/payments?" + parameter + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().path("data")).isEmpty();
        }
        assertThat(client.get("/api/payments").json().path("data")).hasSize(1);
    }

    @Test
    void aValueIsFoundWhateverCharactersItHas() {
        rows.payment("pi_a", NOON, "succeeded", "Succeeded");
        String order = "A&B=50% \"ü\" 注文";
        database.jdbc().update("UPDATE payment SET order_ref = ?", order);
        assertThat(client.get("/api/payments?order=" + URLEncoder.encode(order, StandardCharsets.UTF_8))
                        .json()
                        .path("data"))
                .hasSize(1);
    }

    @Test
    void nothingOfARequestComesBackInTheHeaders() {
        rows.payment("pi_a", NOON, "succeeded", "Succeeded");
        for (String path : List.of(
                "/api/payments?order=echo-me",
                "/api/payments/pi_a",
                "/api/payments/none",
                "/api/payments?limit=echo-me",
                "/api/nothing?echo-me=echo-me")) {
            Answer answer = client.ask(
                    "GET",
                    path,
                    "Authorization",
                    "Bearer " + Client.KEY,
                    "X-Custom",
                    "echo-me",
                    "Cc",
                    "echo-me",
                    "CamelHttpResponseCode",
                    "418",
                    "id",
                    "echo-me",
                    "parameters",
                    "echo-me");
            assertThat(answer.status()).as(path).isNotEqualTo(418);
            assertThat(answer.response().headers().map().keySet())
                    .as(path)
                    .isSubsetOf("content-type", "content-length", "transfer-encoding");
        }
    }

    @Test
    void aHeaderOrAParameterCannotPassForAPartOfThePath() {
        rows.payment("pi_a", NOON, "succeeded", "Succeeded");
        rows.payment("pi_b", NOON, "succeeded", "Succeeded");
        Answer answer = client.ask("GET", "/api/payments/pi_a", "Authorization", "Bearer " + Client.KEY, "id", "pi_b");
        assertThat(answer.json().path("id").textValue()).isEqualTo("pi_a");
        assertThat(client.get("/api/payments/pi_a?id=pi_b").status()).isEqualTo(400);
    }

    @Test
    void aHeaderCannotPassForAParameter() {
        rows.payment("pi_a", NOON, "succeeded", "Succeeded");
        Answer answer = client.ask(
                "GET", "/api/payments", "Authorization", "Bearer " + Client.KEY, "limit", "0", "status", "nonsense");
        assertThat(answer.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, /api/payments, GET",
        "POST, /api/payments/pi_a, GET",
        "GET, /api/events/evt_a/replay, POST",
        "PUT, /webhook, POST"
    })
    void aMethodThatAPathDoesNotHaveIsAProblem405WithThoseItHas(String method, String path, String allowed) {
        Answer answer = client.ask(method, path, "Authorization", "Bearer " + Client.KEY);
        assertProblem(answer, 405, "Method Not Allowed");
        assertThat(answer.response().headers().allValues("allow")).containsExactly(allowed);
    }

    private static void assertProblem(Answer answer, int status, String title) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.path("type").textValue()).isEqualTo("about:blank");
        assertThat(problem.path("title").textValue()).isEqualTo(title);
        assertThat(problem.path("status").intValue()).isEqualTo(status);
        assertThat(problem.path("detail").textValue()).isNotBlank().doesNotContain("Exception", "java.");
        assertThat(problem.path("instance").textValue()).startsWith("/");
    }
}
