package io.payroutes.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Media;
import io.payroutes.Browser;
import io.payroutes.Inflow;
import io.payroutes.RunningPayroutes;
import io.payroutes.SettableClock;
import io.payroutes.TestDatabase;
import io.payroutes.reconciliation.StripeBooks.Sale;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The report of a run, as finance has it before them. */
class ReportPageTest {
    private static final Instant START = Instant.parse("2026-05-01T09:00:00Z");

    @RegisterExtension
    final Browser browser = new Browser();

    private final TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
    private final StripeBooks stripe = new StripeBooks(START);
    private final SettableClock clock = new SettableClock(START.plus(Duration.ofDays(8)));
    private final RunningPayroutes payroutes = RunningPayroutes.on(database)
            .bind("clock", clock)
            .with("stripe.api-key", "sk_test_books")
            .with("stripe.api-base", stripe.url())
            .with("erp.url", stripe.url() + "/erp")
            .with("erp.signing-secret", "whsec_" + "c2VjcmV0c2VjcmV0c2VjcmV0")
            .with("api.keys", "key")
            .with("reconciliation.run-poll", "50ms")
            .with("reconciliation.run-every", "0s")
            .with("reconciliation.first-sweep", "1h")
            .start();

    private String report = "";

    @BeforeEach
    void aWeek() {
        for (int day = 0; day < 7; day++) {
            for (int i = 0; i <= day % 4; i++) {
                Sale sale = stripe.sale("order-" + day + "-" + i, 3000 + 700L * day + 90L * i, "jpy");
                if (i == 1) {
                    stripe.refund(sale, 1200);
                }
            }
            stripe.pass(86_000);
        }
        stripe.dispute(stripe.sale("disputed", 5000, "jpy"), 5000);
        stripe.sale("dollars", 12_50, "usd");
        stripe.payOut("jpy");
        stripe.keepQuietAbout(
                stripe.sale("\"><img src=x onerror=alert(1)>", 4900, "jpy").payment());
        Sale wrong = stripe.sale("wrong-line", 8000, "jpy");
        stripe.object("balance_transactions", wrong.line()).put("net", 7000);
        new Inflow(payroutes, database).takeTogether(stripe.events());
        await().atMost(Duration.ofSeconds(40)).until(() -> {
            clock.advance(Duration.ofSeconds(1));
            return database.jdbc()
                    .queryForObject("SELECT count(*) FROM stripe_event WHERE due_at IS NOT NULL", Integer.class)
                    .equals(0);
        });
        ReconciliationRuns runs = payroutes.bean("reconciliationRuns", ReconciliationRuns.class);
        String run = runs.begin(new Span(START, START.plus(Duration.ofDays(9)), null), "test");
        await().atMost(Duration.ofSeconds(40)).until(() -> runs.get(run).isFinished());
        report = payroutes.url("/api/reconciliation/runs/" + run + "/report.html");
    }

    @AfterEach
    void stop() {
        payroutes.close();
        stripe.close();
        database.close();
    }

    @Test
    void thePageCanBeReadByEverybodyOnAnyScreenAndOnPaper() {
        Page wide = open(1000, "");
        assertThat(wide.locator("ol.findings li").count()).isEqualTo(2);
        assertThat(wide.locator("svg[role=img]").first().locator("rect").count())
                .as("a bar for each day and category")
                .isEqualTo(14);
        browser.noBarriers(wide);
        browser.screenshot(wide, "report-en");

        Page small = open(360, "?language=ja");
        assertThat((Boolean) small.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
                .isTrue();
        browser.noBarriers(small);
        browser.screenshot(small, "report-ja-360");

        wide.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
        browser.screenshot(wide, "report-print");
        assertThat(browser.complaints()).isEmpty();
    }

    private Page open(int width, String query) {
        Page page = browser.page(new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(width, 800)
                .setExtraHTTPHeaders(Map.of("Authorization", "Bearer key")));
        page.navigate(report + query);
        return page;
    }
}
