package io.payroutes.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.payroutes.reconciliation.Finding;
import io.payroutes.reconciliation.RecordedFinding;
import io.payroutes.store.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/** Sends the samples one after another, waits for what follows from each, and says in the log what there is to see. */
public final class DemoStory {
    private static final Logger LOG = LoggerFactory.getLogger("demo");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final CamelContext camel;
    private final DemoSamples samples;
    private final DemoSender sender;
    private final DemoMailbox mailbox;
    private final DemoErp erp;
    private final DemoShop shop;
    private final String port;

    DemoStory(
            CamelContext camel,
            DemoSamples samples,
            DemoSender sender,
            DemoMailbox mailbox,
            DemoErp erp,
            DemoShop shop,
            String port) {
        this.camel = camel;
        this.samples = samples;
        this.sender = sender;
        this.mailbox = mailbox;
        this.erp = erp;
        this.shop = shop;
        this.port = port;
    }

    public void tell() throws Exception {
        // The first run is over what was before. A sample that came in the middle of it would have happened before it
        // was listed.
        await(() -> finishedRuns("1 = 1") > 0);

        chapter("A customer pays order 1001. The ERP is asked once to fulfil it; the customer gets a confirmation.");
        send("paid");
        await(() -> erp.received().stream().anyMatch(l -> l.contains("order 1001")));
        await(() -> mailbox.saved().size() >= 1);

        chapter(
                "Two customers are declined, one reads English and one Japanese. Each gets a mail that says what to do.");
        send("declined-en");
        send("declined-ja");
        await(() -> mailbox.saved().size() >= 3);

        chapter("A bank debit is pending, a payment is canceled, one is captured in part, one is refunded.");
        send("pending");
        send("canceled");
        send("partially-captured");
        send("refunded");
        await(() -> erp.received().stream().anyMatch(l -> l.startsWith("fulfillment.canceled order 1007")));

        chapter("The success of order 1001 comes a second time, and an older event of it comes late: nothing changes.");
        int before = erp.received().size();
        send("duplicate");
        send("out-of-order");
        LOG.info(
                "    the ERP heard {} new messages; order 1001 is still {}",
                erp.received().size() - before,
                jdbc().queryForObject("SELECT payment_status FROM payment WHERE order_ref = '1001'", String.class));

        chapter("A charge does not add up: its payment says 4,900 yen, the charge took 4,200.");
        send("mismatch");
        await(() -> !findings().isEmpty());

        chapter("An order is paid through Stripe's API: one card is declined, the next one pays the same payment.");
        JsonNode order = shop.order("{\"id\": \"2001\", \"amount\": 4900, \"currency\": \"jpy\", \"language\": \"ja\","
                + " \"customer\": {\"email\": \"hanako@example.com\", \"name\": \"山田花子\"},"
                + " \"lines\": [{\"sku\": \"TEA-1\", \"quantity\": 2}]}");
        LOG.info("    /pay answers {}", shop.pay(order, "pm_card_visa_chargeDeclinedInsufficientFunds"));
        LOG.info("    /pay answers {}", shop.pay(order, "pm_card_visa"));
        await(() -> erp.received().stream().anyMatch(l -> l.contains("order 2001")));

        chapter("Where every payment stands");
        for (Map<String, Object> p : jdbc().queryForList(
                        "SELECT order_ref, payment_id, status, payment_status FROM payment ORDER BY order_ref")) {
            LOG.info(
                    "    order {}  {}  {}  =  {}",
                    p.get("order_ref"),
                    pad(p.get("payment_id"), 20),
                    pad(p.get("status"), 24),
                    p.get("payment_status"));
        }
        chapter(
                "Reconciliation: everything that Stripe lists is held against the books, and one charge does not add up");
        JsonNode run = reconciled();
        LOG.info(
                "    Stripe lists {} charges, {} refund and {} lines of the balance",
                run.path("charges").asLong(),
                run.path("refunds").asLong(),
                run.path("lines").asLong());
        for (Map<String, Object> row : findings()) {
            Finding finding = RecordedFinding.of(Row.of(row)).finding();
            LOG.info("    {}", finding.sentence(Locale.ENGLISH));
            LOG.info("    {}", finding.sentence(Locale.JAPANESE));
        }
        chapter("Payroutes goes on running. Try it:");
        String key = camel.resolvePropertyPlaceholders("{{api.keys}}");
        LOG.info("    curl -H 'Authorization: Bearer {}' localhost:{}/api/payments", key, port);
        LOG.info(
                "    curl -X POST localhost:{}/demo/send/declined-ja             (the same events again: nothing changes)",
                port);
        LOG.info("    curl -X POST 'localhost:{}/demo/send/declined-ja?suffix=2'  (a new payment)", port);
        LOG.info("    Pay yourself in the browser (4242 4242 4242 4242 pays, 4000 0000 0000 9995 is declined,");
        LOG.info("    4000 0027 6000 3184 asks you to authenticate; any future date, any CVC):");
        LOG.info(
                "      {}",
                shop.order(
                                "{\"id\": \"2002\", \"amount\": 4900, \"currency\": \"usd\", \"language\": \"en\","
                                        + " \"description\": \"A box of tea\", \"customer\": {\"email\": \"jenny@example.com\"}}")
                        .path("checkout_url")
                        .asText());
        LOG.info(
                "      {}",
                shop.order("{\"id\": \"2003\", \"amount\": 12000, \"currency\": \"jpy\", \"language\": \"ja\","
                                + " \"description\": \"お茶の詰め合わせ\", \"customer\": {\"email\": \"taro@example.com\"}}")
                        .path("checkout_url")
                        .asText());
        LOG.info("    samples: {}", String.join(", ", samples.names()));
        LOG.info("    mails:   {}", mailbox.saved().get(0).getParent());
    }

    private void send(String sample) throws Exception {
        for (String line : sender.send(samples.events(sample, null)).lines().toList()) {
            LOG.info("    Stripe sends {}", line.strip());
        }
        await(() -> jdbc().queryForList("SELECT event_id FROM stripe_event WHERE due_at IS NOT NULL")
                .isEmpty());
    }

    /** A run over the time of the story, as it stands when it is finished. */
    private JsonNode reconciled() throws Exception {
        Instant now = Instant.now();
        String run = shop.reconcile(now.minus(Duration.ofHours(1)), now.plusSeconds(1));
        await(() -> finishedRuns("run_id = ?", run) == 1);
        return shop.run(run);
    }

    private int finishedRuns(String condition, Object... parameters) {
        return jdbc().queryForList(
                        "SELECT run_id FROM reconciliation_run WHERE finished_at IS NOT NULL AND " + condition,
                        parameters)
                .size();
    }

    private List<Map<String, Object>> findings() {
        return jdbc().queryForList("SELECT * FROM reconciliation_finding WHERE state = 'open' ORDER BY code");
    }

    private JdbcTemplate jdbc() {
        return new JdbcTemplate(camel.getRegistry().lookupByNameAndType("dataSource", DataSource.class));
    }

    private static void chapter(String title) {
        LOG.info("");
        LOG.info("== {}", title);
    }

    private static String pad(Object text, int width) {
        return ("%-" + width + "s").formatted(text);
    }

    private void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!camel.isStopping() && !condition.getAsBoolean() && System.nanoTime() < end) {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }
}
