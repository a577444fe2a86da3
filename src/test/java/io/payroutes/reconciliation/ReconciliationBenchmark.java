package io.payroutes.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.StripeClient;
import com.stripe.model.StripeCollection;
import com.stripe.param.BalanceTransactionListParams;
import com.stripe.param.ChargeListParams;
import com.stripe.param.RefundListParams;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.payroutes.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long the packaged command takes, with a heap of 512 MB and PostgreSQL, for consistent books, against the bare paging of
 * the same lists through the SDK: {@code mvn verify -Dtest=ReconciliationBenchmark -Dbenchmark.payments=25000,100000}.
 */
class ReconciliationBenchmark {
    private static final long START = Instant.parse("2026-05-01T00:00:00Z").getEpochSecond();

    @TempDir
    private Path folder;

    @Test
    void aRunAgainstTheBarePagingOfItsLists() throws Exception {
        StringBuilder told = new StringBuilder("payments lines paging_s run_s ratio\n");
        for (String size :
                System.getProperty("benchmark.payments", "10000,40000").split(",", -1)) {
            int payments = Integer.parseInt(size);
            try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.POSTGRESQL);
                    Books books = new Books(payments)) {
                fill(database, payments);
                double paging = seconds(() -> page(books));
                double run = seconds(() -> reconcile(database, books));
                told.append(String.format(
                        Locale.ROOT, "%d %d %.1f %.1f %.2f%n", payments, books.lines(), paging, run, run / paging));
            }
        }
        Files.writeString(Path.of("target/reconciliation-benchmark.txt"), told);
    }

    private interface Work {
        void run() throws Exception;
    }

    private static double seconds(Work work) throws Exception {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e9;
    }

    private void reconcile(TestDatabase database, Books books) throws Exception {
        Path out = folder.resolve("out");
        ProcessBuilder java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-jar",
                        "target/payroutes.jar",
                        "reconcile",
                        "--from",
                        "2026-05-01",
                        "--to",
                        "2026-07-01")
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        database.settings()
                .forEach((name, value) -> java.environment()
                        .put(name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'), value));
        java.environment().put("STRIPE_API_KEY", "sk_test_books");
        java.environment().put("STRIPE_API_BASE", books.url());
        java.environment().put("STRIPE_REQUESTS_PER_SECOND", "100000");
        java.environment().put("STRIPE_REQUESTS_PER_SECOND_PER_ENDPOINT", "100000");
        Process process = java.start();
        assertThat(process.waitFor(20, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(out)).isZero();
        assertThat(Files.readString(out)).contains("Everything adds up.");
    }

    private static void page(Books books) throws Exception {
        StripeClient stripe = StripeClient.builder()
                .setApiKey("sk_test_books")
                .setApiBase(books.url())
                .build();
        follow(after -> stripe.v1()
                .charges()
                .list(ChargeListParams.builder()
                        .setLimit(100L)
                        .setStartingAfter(after)
                        .build()));
        follow(after -> stripe.v1()
                .refunds()
                .list(RefundListParams.builder()
                        .setLimit(100L)
                        .setStartingAfter(after)
                        .build()));
        follow(after -> stripe.v1()
                .balanceTransactions()
                .list(BalanceTransactionListParams.builder()
                        .setLimit(100L)
                        .setStartingAfter(after)
                        .build()));
    }

    private interface Pages {
        StripeCollection<?> after(@org.jspecify.annotations.Nullable String id) throws Exception;
    }

    private static void follow(Pages pages) throws Exception {
        StripeCollection<?> page = pages.after(null);
        while (Boolean.TRUE.equals(page.getHasMore())) {
            List<?> data = page.getData();
            page = pages.after(((com.stripe.model.HasId) data.get(data.size() - 1)).getId());
        }
    }

    /** What events would have told of the same payments, all of it shipped. */
    private static void fill(TestDatabase database, int payments) {
        String time = "to_timestamp(" + START + " + i * 20)";
        String version = "1, " + START + " + i * 20, 1, ''";
        String each = " FROM generate_series(0, " + (payments - 1) + ") AS i";
        database.jdbc()
                .execute("INSERT INTO payment (payment_id, status, payment_status, amount, amount_received, currency,"
                        + " latest_charge_id, order_ref, livemode, created_at, paid_at, version_final, version_at,"
                        + " version_rank, version_tie) SELECT 'pi_' || i, 'succeeded', 'Succeeded', 1000 + i % 5000,"
                        + " 1000 + i % 5000, 'jpy', 'ch_' || i, 'order-' || i, FALSE, " + time + ", " + time + ", "
                        + version + each);
        database.jdbc()
                .execute("INSERT INTO charge (charge_id, payment_id, status, amount, amount_captured, amount_refunded,"
                        + " currency, captured, paid, refunded, disputed, balance_transaction_id, order_ref, api_version,"
                        + " livemode, created_at, version_final, version_at, version_rank, version_tie)"
                        + " SELECT 'ch_' || i, 'pi_' || i, 'succeeded', 1000 + i % 5000, 1000 + i % 5000,"
                        + " CASE WHEN i % 5 < 3 THEN 100 ELSE 0 END, 'jpy', TRUE, TRUE, FALSE, FALSE, 'txn_' || i,"
                        + " 'order-' || i, '2026-03-25.dahlia', FALSE, " + time + ", " + version + each);
        database.jdbc()
                .execute("INSERT INTO refund (refund_id, charge_id, payment_id, status, amount, currency, created_at,"
                        + " version_final, version_at, version_rank, version_tie) SELECT 're_' || i, 'ch_' || i,"
                        + " 'pi_' || i, 'succeeded', 100, 'jpy', " + time + ", " + version + each
                        + " WHERE i % 5 < 3");
        database.jdbc()
                .execute("INSERT INTO delivery (delivery_id, destination, kind, payment_id, sequence, state, attempts,"
                        + " created_at, payload) SELECT 'ful_' || i, 'erp', 'fulfillment.requested', 'pi_' || i, 1,"
                        + " 'delivered', 1, " + time + ", '{}'" + each);
        database.jdbc().execute("ANALYZE");
    }

    /** Lists that are told by number, so that they cost little to make. */
    private static final class Books implements AutoCloseable {
        private final HttpServer server;
        private final ExecutorService workers = Executors.newFixedThreadPool(2);
        private final int payments;

        Books(int payments) throws IOException {
            this.payments = payments;
            // Otherwise every answer waits 40 ms for an acknowledgement, which would hide all that is measured.
            System.setProperty("sun.net.httpserver.nodelay", "true");
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            int failed = payments * 3 / 10;
            list("charges", "ch_", payments + failed, i -> i < payments ? charge(i) : attempt(i, i - payments));
            list("refunds", "re_n", payments * 3 / 5, i -> refund(i / 3 * 5 + i % 3, i));
            list("balance_transactions", "txn_", lines(), this::line);
            list("disputes", "du_", 0, i -> "");
            list("payouts", "po_", 0, i -> "");
            server.setExecutor(workers);
            server.start();
        }

        int lines() {
            return payments * 26 / 10;
        }

        String url() {
            return "http://localhost:" + server.getAddress().getPort();
        }

        private static String charge(int i) {
            return charge("ch_" + i, i, 1000 + i % 5000, i % 5 < 3 ? 100 : 0, "\"txn_" + i + "\"", true);
        }

        private static String attempt(int n, int i) {
            return charge("ch_" + n, i, 0, 0, "null", false);
        }

        private static String charge(
                String id, int payment, int captured, int refunded, String line, boolean succeeded) {
            return "{\"id\":\"" + id + "\",\"object\":\"charge\",\"payment_intent\":\"pi_" + payment + "\",\"amount\":"
                    + (1000 + payment % 5000) + ",\"amount_captured\":" + captured + ",\"amount_refunded\":" + refunded
                    + ",\"currency\":\"jpy\",\"captured\":" + succeeded + ",\"paid\":" + succeeded
                    + ",\"refunded\":false,\"disputed\":false,\"status\":\"" + (succeeded ? "succeeded" : "failed")
                    + "\",\"livemode\":false,\"created\":" + (START + payment * 20L) + ",\"balance_transaction\":"
                    + line
                    + ",\"metadata\":{\"order_id\":\"order-" + payment + "\"},\"description\":null,"
                    + "\"billing_details\":{\"address\":{\"country\":\"JP\"},\"email\":null,\"name\":\"A B\"},"
                    + "\"payment_method_details\":{\"type\":\"card\",\"card\":{\"brand\":\"visa\",\"last4\":\"4242\"}}}";
        }

        private static String refund(int i, int n) {
            return "{\"id\":\"re_n" + n + "\",\"object\":\"refund\",\"charge\":\"ch_" + i
                    + "\",\"payment_intent\":\"pi_" + i + "\",\"amount\":100,\"currency\":\"jpy\",\"status\":"
                    + "\"succeeded\",\"created\":" + (START + i * 20L) + ",\"balance_transaction\":\"txn_r" + n + "\"}";
        }

        private String line(int n) {
            int refunds = payments * 3 / 5;
            if (n < payments) {
                return line("txn_" + n, "charge", "charge", 1000 + n % 5000, "\"ch_" + n + "\"", n);
            }
            if (n < payments + refunds) {
                int r = n - payments;
                return line("txn_r" + r, "refund", "refund", -100, "\"re_n" + r + "\"", r / 3 * 5 + r % 3);
            }
            int f = n - payments - refunds;
            return line("txn_f" + f, "stripe_fee", "fee", -10, "null", f);
        }

        private static String line(String id, String type, String category, int amount, String source, int i) {
            int fee = amount > 0 ? amount * 36 / 1000 : 0;
            return "{\"id\":\"" + id + "\",\"object\":\"balance_transaction\",\"type\":\"" + type
                    + "\",\"reporting_category\":\"" + category + "\",\"amount\":" + amount + ",\"fee\":" + fee
                    + ",\"net\":" + (amount - fee) + ",\"currency\":\"jpy\",\"source\":" + source
                    + ",\"status\":\"available\",\"created\":" + (START + i * 20L) + ",\"available_on\":"
                    + (START + i * 20L)
                    + ",\"exchange_rate\":null,\"description\":\"Stripe processing\",\"fee_details\":["
                    + (fee == 0 ? "" : "{\"amount\":" + fee + ",\"currency\":\"jpy\",\"type\":\"stripe_fee\"}") + "]}";
        }

        private void list(String kind, String prefix, int size, IntFunction<String> object) {
            Map<String, Integer> index = new HashMap<>();
            for (int i = 0; i < size; i++) {
                if ((i + 1) % 100 == 0 || i == size - 1) {
                    index.put(id(object.apply(i)), i); // only the ends of pages are asked for
                }
            }
            server.createContext("/v1/" + kind, exchange -> {
                String query = URLDecoder.decode(
                        Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), ""), StandardCharsets.UTF_8);
                int at = query.indexOf("starting_after=");
                int from = 0;
                if (at >= 0) {
                    int end = query.indexOf('&', at);
                    String after = query.substring(at + 15, end < 0 ? query.length() : end);
                    from = Objects.requireNonNull(index.get(after), prefix + after) + 1;
                }
                int to = Math.min(size, from + 100);
                List<String> data = new ArrayList<>();
                for (int i = from; i < to; i++) {
                    data.add(object.apply(i));
                }
                send(
                        exchange,
                        "{\"object\":\"list\",\"url\":\"/v1/" + kind + "\",\"has_more\":" + (to < size) + ",\"data\":["
                                + String.join(",", data) + "]}");
            });
        }

        private static String id(String object) {
            return object.substring(7, object.indexOf('"', 7));
        }

        private static void send(HttpExchange exchange, String body) throws IOException {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        }

        @Override
        public void close() {
            server.stop(0);
            workers.shutdownNow();
        }
    }
}
