package io.payroutes.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.payroutes.TestDatabase;
import io.payroutes.reconciliation.StripeBooks.Sale;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged command, as finance runs it. */
class ReconcileCommandTest {
    private static final Instant START = Instant.parse("2026-05-01T09:00:00Z");

    private final TestDatabase database = TestDatabase.open(TestDatabase.Kind.POSTGRESQL);
    private final StripeBooks stripe = new StripeBooks(START);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        stripe.close();
        database.close();
    }

    /** What a command came to. */
    private record Ended(int exitCode, String out, String err) {}

    @Test
    void cleanBooksEndWithZeroDifferencesWithTwoAndNoEndWithOne() throws Exception {
        assertThat(reconcile("--from", "2026-05-01", "--to", "2026-05-04"))
                .satisfies(ended -> assertThat(ended.out()).contains("Everything adds up."))
                .extracting(Ended::exitCode)
                .isEqualTo(0);

        Sale sale = stripe.sale("1001", 4900, "jpy");
        Ended differs = reconcile(
                "--from",
                "2026-05-01T00:00:00Z",
                "--to",
                "2026-05-04",
                "--report",
                folder.resolve("report.html").toString(),
                "--csv",
                folder.resolve("lines.csv").toString());
        assertThat(differs.exitCode()).as(differs.out() + differs.err()).isEqualTo(2);
        assertThat(differs.out())
                .contains("jpy  charge ", "4900", "176", "4724", "1 unknown_charge")
                .contains("- Stripe holds charge " + sale.charge() + " of ¥4,900");
        assertThat(Files.readString(folder.resolve("report.html")))
                .contains("https://dashboard.stripe.com/test/payments/" + sale.payment());
        assertThat(Files.readAllLines(folder.resolve("lines.csv"))).hasSize(2);

        stripe.refuse(path -> true, 401);
        Ended failed = reconcile("--from", "2026-05-01", "--to", "2026-05-05");
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.err()).contains("The reconciliation failed: AuthenticationException");
    }

    @Test
    void aMistakeIsSaidInALineAndIsNoDifference() throws Exception {
        assertThat(reconcile("--from", "yesterday", "--to", "2026-05-04"))
                .satisfies(ended -> assertThat(ended.err()).contains("from must be a date such as 2026-05-01"))
                .extracting(Ended::exitCode)
                .isEqualTo(1);
        assertThat(reconcile("--from", "2026-05-04", "--to", "2026-05-04").exitCode())
                .isEqualTo(1);
        assertThat(reconcile("--to", "2026-05-04").err()).contains("--from");
        assertThat(reconcile("--from", "2026-05-03", "--to", "2026-05-04", "--language", "fr")
                        .err())
                .contains("--language must be en or ja");
        assertThat(reconcile("--help").out()).contains("Usage: reconcile").contains("Exit code 0");
    }

    @Test
    void aRunThatWasKilledGoesOnWhereItWas() throws Exception {
        for (int i = 0; i < 250; i++) {
            stripe.sale("order-" + i, 1000 + i, "jpy");
        }
        Integer[] down = new Integer[100];
        java.util.Arrays.fill(down, 503);
        stripe.refuse(path -> path.equals("balance_transactions"), down);
        Process process = start("--from", "2026-05-01", "--to", "2026-05-04");
        await().atMost(Duration.ofMinutes(1))
                .until(() -> stripe.asked().stream().anyMatch(request -> request.startsWith("balance_transactions?")));
        process.destroyForcibly().waitFor();
        stripe.refuse(path -> false);

        Ended ended = reconcile("--from", "2026-05-01", "--to", "2026-05-04");
        assertThat(ended.exitCode()).as(ended.out() + ended.err()).isEqualTo(2);
        assertThat(ended.out()).contains("goes on where it was").contains("250 unknown_charge");
        assertThat(stripe.asked().stream().filter(request -> request.startsWith("charges?")))
                .hasSize(3)
                .doesNotHaveDuplicates();
    }

    private Ended reconcile(String... arguments) throws Exception {
        Process process = start(arguments);
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), read("out"), read("err"));
    }

    private String read(String stream) throws IOException {
        return Files.readString(folder.resolve(stream), StandardCharsets.UTF_8);
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dfile.encoding=UTF-8",
                "-Dstdout.encoding=UTF-8",
                "-jar",
                "target/payroutes.jar",
                "reconcile"));
        command.addAll(List.of(arguments));
        ProcessBuilder java = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        database.settings().forEach((name, value) -> java.environment().put(environment(name), value));
        java.environment().put("STRIPE_API_KEY", "sk_test_books");
        java.environment().put("STRIPE_API_BASE", stripe.url());
        java.environment().put("STRIPE_RETRIES", "0");
        java.environment().put("RECONCILIATION_RUN_LEASE", "3s");
        java.environment().put("RECONCILIATION_RUN_RETRY_INITIAL", "100ms");
        java.environment().put("RECONCILIATION_RUN_RETRY_MAXIMUM", "1s");
        return java.start();
    }

    private static String environment(String setting) {
        return setting.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
