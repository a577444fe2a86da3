package io.payroutes;

import io.payroutes.money.Money;
import io.payroutes.reconciliation.FindingState;
import io.payroutes.reconciliation.ReconciliationRun;
import io.payroutes.reconciliation.ReconciliationRuns;
import io.payroutes.reconciliation.RecordedFinding;
import io.payroutes.reconciliation.RunReport;
import io.payroutes.reconciliation.RunReports;
import io.payroutes.reconciliation.Span;
import io.payroutes.store.BadParameterException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.main.Main;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code reconcile}: a run over a span, watched to its end, in a process of its own that takes no events and sends no
 * messages. It may run beside the program, on the same database.
 */
@Command(
        name = "reconcile",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Holds what Stripe lists for a span against what was recorded, fulfilled and paid out.",
            "A run that was interrupted goes on where it was when the same command is given again."
        },
        footer = {"", "Exit code 0: everything adds up. 2: there are open differences. 1: it did not come to an end."})
final class ReconcileCommand implements Callable<Integer> {
    private static final int CLEAN = 0;
    private static final int FAILED = 1;
    private static final int FINDINGS = 2;
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);
    private static final int BAR = 30;

    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "<date>",
            description = "Begin, inclusive: a date (UTC) or a time such as 2026-05-01T00:00:00Z.")
    @SuppressWarnings("NullAway.Init")
    private String from;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "<date>",
            description = "End, exclusive, as in Stripe's reports.")
    @SuppressWarnings("NullAway.Init")
    private String to;

    @Option(
            names = "--currency",
            paramLabel = "<code>",
            description = "Only lines settled in this currency, for example jpy.")
    private @Nullable String currency;

    @Option(names = "--report", paramLabel = "<file>", description = "Writes the report as a page to look at.")
    private @Nullable Path report;

    @Option(names = "--csv", paramLabel = "<file>", description = "Writes the lines of the balance as CSV.")
    private @Nullable Path csv;

    @Option(
            names = "--language",
            paramLabel = "<code>",
            defaultValue = "en",
            description = "Of the findings and the report: en or ja.")
    private String language = "en";

    @Option(names = "--no-progress", description = "Says nothing while it works.")
    private boolean quiet;

    private ReconcileCommand(PrintStream out, PrintStream err, boolean terminal) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
    }

    /** @return the exit code */
    static int run(String[] arguments, PrintStream out, PrintStream err, boolean terminal) {
        CommandLine line = new CommandLine(new ReconcileCommand(out, err, terminal));
        line.setOut(new java.io.PrintWriter(out, true, StandardCharsets.UTF_8));
        line.setErr(new java.io.PrintWriter(err, true, StandardCharsets.UTF_8));
        // picocli's own code for a mistake would be taken for differences.
        line.setExitCodeExceptionMapper(failure -> FAILED);
        line.setParameterExceptionHandler((mistake, given) -> {
            err.println(mistake.getMessage());
            err.println("payroutes reconcile --help says how.");
            return FAILED;
        });
        line.setExecutionExceptionHandler((failure, command, given) -> {
            err.println("The reconciliation did not come to an end: " + reason(failure));
            return FAILED;
        });
        return line.execute(arguments);
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof ExecutionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    @Override
    public Integer call() throws Exception {
        Span span;
        try {
            span = new Span(instant("--from", from), instant("--to", to), currency);
            if (!language.equals("en") && !language.equals("ja")) {
                throw new BadParameterException("language", "must be en or ja");
            }
        } catch (BadParameterException e) {
            err.println("--" + e.getMessage());
            return FAILED;
        }
        Main main = Payroutes.main("file:routes/errors.camel.yaml,file:routes/reconcile.camel.yaml");
        main.addOverrideProperty("camel.server.enabled", "false");
        main.addOverrideProperty("camel.management.enabled", "false");
        // A command may be all that is asked of an installation; nothing comes in here.
        main.addOverrideProperty("stripe.webhook-secret", "whsec_of_a_command_that_takes_nothing_in");
        try {
            main.start();
        } catch (Exception e) {
            err.println(StartFailure.explain(e, new RouteFolder(main.configure().getRoutesIncludePattern())));
            return FAILED;
        }
        try {
            if (main.getCamelContext()
                    .getPropertiesComponent()
                    .resolveProperty("stripe.enabled")
                    .filter("true"::equals)
                    .isEmpty()) {
                err.println("A reconciliation asks Stripe, and stripe.api-key (STRIPE_API_KEY) is not set.");
                return FAILED;
            }
            return reconcile(main.getCamelContext(), span);
        } finally {
            main.stop();
        }
    }

    private static Instant instant(String option, String text) {
        try {
            return text.contains("T")
                    ? Instant.parse(text)
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException e) {
            throw new BadParameterException(
                    option.substring(2), "must be a date such as 2026-05-01, or a time such as 2026-05-01T00:00:00Z");
        }
    }

    private int reconcile(CamelContext camel, Span span) throws Exception {
        ReconciliationRuns runs = bean(camel, "reconciliationRuns", ReconciliationRuns.class);
        RunReports reports = bean(camel, "runReports", RunReports.class);
        String id = runs.begin(span, "command");
        if (runs.get(id).counts().charges() > 0) {
            say("Run " + id + " goes on where it was.");
        }
        ReconciliationRun run = watch(camel, runs, id);
        if (run.hasFailed()) {
            err.println("The reconciliation failed: " + runs.reason(id).orElse("no reason was kept"));
            return FAILED;
        }
        RunReport result = reports.of(id);
        write(reports, result);
        summary(result);
        return result.open() == 0 ? CLEAN : FINDINGS;
    }

    private static <T> T bean(CamelContext camel, String name, Class<T> type) {
        T bean = camel.getRegistry().lookupByNameAndType(name, type);
        if (bean == null) {
            throw new IllegalStateException("no bean " + name);
        }
        return bean;
    }

    /** Works on the run whenever nobody else does, until it ends. */
    private ReconciliationRun watch(CamelContext camel, ReconciliationRuns runs, String id) throws Exception {
        ExecutorService worker = Executors.newSingleThreadExecutor();
        Progress progress = new Progress();
        try (ProducerTemplate route = camel.createProducerTemplate()) {
            Future<?> work = null;
            while (true) {
                ReconciliationRun run = runs.get(id);
                progress.show(run, runs.size(run), runs.reason(id));
                if (!run.isRunning()) {
                    progress.end();
                    return run;
                }
                if (work == null || work.isDone()) {
                    Optional<ReconciliationRun> mine = runs.claim(id);
                    work = mine.<Future<?>>map(m -> worker.submit(() -> route.sendBody("direct:reconcile", m)))
                            .orElse(null);
                }
                pause(work);
            }
        } finally {
            worker.shutdownNow();
        }
    }

    /** Until the work is done, or it is time to say how far it is. */
    private static void pause(@Nullable Future<?> work) throws InterruptedException, ExecutionException {
        if (work == null) {
            TimeUnit.MILLISECONDS.sleep(500);
            return;
        }
        try {
            work.get(200, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // still at work
        }
    }

    /** A bar on a terminal, a line now and then elsewhere. */
    private final class Progress {
        private Instant last = Instant.EPOCH;
        private String said = "";

        void show(ReconciliationRun run, long size, Optional<String> trouble) {
            if (quiet) {
                return;
            }
            String counts = run.counts().charges() + " charges, " + run.counts().lines() + " lines, "
                    + run.counts().payments() + " payments compared";
            String doing = run.stepName().replace('_', ' ')
                    + trouble.map(t -> " (waits: " + t + ")").orElse("");
            if (terminal) {
                int full = BAR * run.progress(size) / 100;
                String bar = "[" + "#".repeat(full) + " ".repeat(BAR - full) + "] " + counts + " – " + doing;
                String line = bar.length() > 118 ? bar.substring(0, 118) : bar;
                out.print("\r" + line + " ".repeat(Math.max(0, said.length() - line.length())));
                out.flush();
                said = line;
            } else if (Duration.between(last, Instant.now()).compareTo(BETWEEN_LINES) >= 0) {
                last = Instant.now();
                out.println(doing + ": " + counts);
            }
        }

        void end() {
            if (terminal && !quiet) {
                out.println();
            }
        }
    }

    private void say(String text) {
        if (!quiet) {
            out.println(text);
        }
    }

    private void write(RunReports reports, RunReport result) throws IOException {
        if (report != null) {
            try (Writer file = Files.newBufferedWriter(report)) {
                reports.writePage(result, Locale.forLanguageTag(language), file);
            }
            say("Report: " + report.toAbsolutePath());
        }
        if (csv != null) {
            try (Writer file = Files.newBufferedWriter(csv)) {
                reports.writeTransactions(result.run(), file);
            }
            say("CSV: " + csv.toAbsolutePath());
        }
    }

    private void summary(RunReport result) {
        out.println();
        out.printf(Locale.ROOT, "%-4s %-28s %9s %18s %16s %18s%n", "", "category", "number", "gross", "fee", "net");
        for (RunReport.Total total : result.totals()) {
            out.printf(
                    Locale.ROOT,
                    "%-4s %-28s %9d %18s %16s %18s%n",
                    total.currency(),
                    total.category(),
                    total.number(),
                    decimal(total.gross(), total.currency()),
                    decimal(total.fee(), total.currency()),
                    decimal(total.net(), total.currency()));
        }
        ReconciliationRun.Counts counts = result.run().counts();
        out.printf(
                Locale.ROOT,
                "%d payments, %d charges, %d refunds, %d disputes, %d lines, %d payouts%n%n",
                counts.payments(),
                counts.charges(),
                counts.refunds(),
                counts.disputes(),
                counts.lines(),
                counts.payouts());
        findings(result);
    }

    private void findings(RunReport result) {
        Map<String, Long> open = result.findings().stream()
                .filter(finding -> finding.state() == FindingState.OPEN)
                .collect(Collectors.groupingBy(
                        finding -> finding.finding().code().wireName(), TreeMap::new, Collectors.counting()));
        if (open.isEmpty()) {
            out.println("Everything adds up.");
            return;
        }
        open.forEach((code, number) -> out.printf(Locale.ROOT, "%9d %s%n", number, code));
        out.println();
        result.findings().stream()
                .filter(finding -> finding.state() == FindingState.OPEN)
                .limit(20)
                .map(RecordedFinding::finding)
                .forEach(finding -> out.println("- " + finding.sentence(Locale.forLanguageTag(language))));
        if (result.open() > 20) {
            out.println("and " + (result.open() - 20) + " more");
        }
    }

    private static String decimal(long amount, String code) {
        return code.matches("[a-z]{3}") ? new Money(amount, code).toDecimal() : Long.toString(amount);
    }
}
