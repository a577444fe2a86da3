package io.payroutes.reconciliation;

import freemarker.cache.ClassTemplateLoader;
import freemarker.core.HTMLOutputFormat;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import io.payroutes.money.Money;
import java.io.IOException;
import java.io.Writer;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A run as a page to look at: the findings first, then what moved, by day and category, and the payouts. Thread-safe. */
final class RunPage {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int CHART_WIDTH = 72_000;
    private static final int CHART_HEIGHT = 16_000;
    private static final int WIDEST_BAR = 4_800;
    /** So many categories have a colour of their own, as the template knows them; further ones share the last. */
    private static final int COLOURS = 8;

    private final Configuration templates;

    RunPage() {
        templates = new Configuration(Configuration.VERSION_2_3_34);
        templates.setTemplateLoader(new ClassTemplateLoader(RunPage.class, ""));
        templates.setDefaultEncoding("UTF-8");
        templates.setOutputFormat(HTMLOutputFormat.INSTANCE);
        templates.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
        templates.setLogTemplateExceptions(false);
        templates.setNumberFormat("c");
    }

    /** @param paymentLinks begins the address of a payment; its id follows */
    void write(RunReport report, Locale language, String paymentLinks, Writer out) throws IOException {
        Locale spoken = language.getLanguage().equals("ja") ? Locale.JAPANESE : Locale.ENGLISH;
        ResourceBundle words = ResourceBundle.getBundle(
                RunPage.class.getPackageName() + ".report",
                spoken,
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
        Map<String, @Nullable Object> model = new LinkedHashMap<>();
        Map<String, String> say = new LinkedHashMap<>();
        words.keySet().forEach(key -> say.put(key, words.getString(key)));
        model.put("language", spoken.getLanguage());
        model.put("say", say);
        model.put("run", report.run().id());
        model.put("outcome", report.run().outcome());
        model.put("from", TIME.format(report.run().span().from()));
        model.put("to", TIME.format(report.run().span().to()));
        model.put("currency", report.run().span().currency());
        model.put("open", report.open());
        model.put("counts", counts(report.run().counts()));
        model.put("paymentLinks", paymentLinks);
        model.put(
                "findings",
                report.findings().stream().map(f -> finding(f, spoken)).toList());
        model.put("currencies", currencies(report, spoken));
        model.put(
                "payouts", report.payouts().stream().map(p -> payout(p, spoken)).toList());
        try {
            templates.getTemplate("report.ftlh").process(model, out);
        } catch (TemplateException e) {
            throw new IllegalStateException("the report's template", e);
        }
    }

    private static Map<String, Object> counts(ReconciliationRun.Counts counts) {
        return Map.of(
                "payments", counts.payments(),
                "charges", counts.charges(),
                "refunds", counts.refunds(),
                "disputes", counts.disputes(),
                "lines", counts.lines(),
                "payouts", counts.payouts());
    }

    private static Map<String, @Nullable Object> finding(RecordedFinding recorded, Locale language) {
        Map<String, @Nullable Object> finding = new LinkedHashMap<>();
        finding.put("code", recorded.finding().code().wireName());
        finding.put("severity", recorded.finding().code().severity().wireName());
        finding.put("state", recorded.state().wireName());
        finding.put("sentence", recorded.finding().sentence(language));
        finding.put("payment", recorded.finding().paymentId());
        finding.put("since", TIME.format(recorded.firstSeen()));
        return finding;
    }

    private static Map<String, @Nullable Object> payout(RunReport.PaidOut paid, Locale language) {
        Map<String, @Nullable Object> payout = new LinkedHashMap<>();
        payout.put("id", paid.id());
        payout.put("amount", money(paid.amount(), paid.currency(), language));
        payout.put("status", paid.status());
        payout.put("failureCode", paid.failureCode());
        payout.put("reverses", paid.reverses());
        payout.put("reversedBy", paid.reversedBy());
        payout.put("arrival", paid.arrival());
        payout.put("kind", paid.automatic() ? "automatic" : "instant".equals(paid.method()) ? "instant" : "manual");
        payout.put("itemised", paid.itemised());
        payout.put(
                "parts",
                paid.parts().stream().map(part -> total(part, 0, language)).toList());
        Long unexplained = paid.unexplained();
        payout.put(
                "unexplained",
                unexplained == null || unexplained == 0 ? null : money(unexplained, paid.currency(), language));
        return payout;
    }

    private static List<Map<String, @Nullable Object>> currencies(RunReport report, Locale language) {
        List<Map<String, @Nullable Object>> currencies = new ArrayList<>();
        for (String currency : new TreeSet<>(
                report.totals().stream().map(RunReport.Total::currency).toList())) {
            List<String> categories = report.totals().stream()
                    .filter(total -> total.currency().equals(currency))
                    .map(RunReport.Total::category)
                    .distinct()
                    .toList();
            List<Map<String, @Nullable Object>> totals = report.totals().stream()
                    .filter(total -> total.currency().equals(currency))
                    .map(total -> total(total, colour(categories, total.category()), language))
                    .toList();
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("code", currency.toUpperCase(Locale.ROOT));
            one.put("totals", totals);
            one.put(
                    "net",
                    money(
                            report.totals().stream()
                                    .filter(total -> total.currency().equals(currency))
                                    .mapToLong(RunReport.Total::net)
                                    .sum(),
                            currency,
                            language));
            one.put("days", days(report, currency, categories, language));
            one.put("width", CHART_WIDTH);
            one.put("height", CHART_HEIGHT);
            currencies.add(one);
        }
        return currencies;
    }

    private static Map<String, @Nullable Object> total(RunReport.Total total, int colour, Locale language) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("category", total.category());
        row.put("colour", colour);
        row.put("number", total.number());
        row.put("gross", money(total.gross(), total.currency(), language));
        row.put("fee", money(total.fee(), total.currency(), language));
        row.put("net", money(total.net(), total.currency(), language));
        return row;
    }

    private static int colour(List<String> categories, String category) {
        return Math.min(categories.indexOf(category), COLOURS - 1);
    }

    /**
     * For each day what came in, one category upon the other, and what went out, one below the other; payouts are not part
     * of either.
     */
    private static List<Map<String, @Nullable Object>> days(
            RunReport report, String currency, List<String> categories, Locale language) {
        TreeMap<LocalDate, List<RunReport.Day>> days = new TreeMap<>();
        for (RunReport.Day day : report.days()) {
            if (day.currency().equals(currency) && !day.category().startsWith("payout")) {
                days.computeIfAbsent(day.day(), d -> new ArrayList<>()).add(day);
            }
        }
        long highest =
                Math.max(1, days.values().stream().mapToLong(RunPage::in).max().orElse(1));
        long all =
                highest + days.values().stream().mapToLong(RunPage::out).max().orElse(0);
        int step = CHART_WIDTH / Math.max(1, days.size());
        List<Map<String, @Nullable Object>> shown = new ArrayList<>();
        for (Map.Entry<LocalDate, List<RunReport.Day>> day : days.entrySet()) {
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("day", day.getKey().toString());
            one.put("x", shown.size() * step + step / 10);
            one.put("width", Math.min(step * 4 / 5, WIDEST_BAR));
            one.put("in", money(in(day.getValue()), currency, language));
            one.put("out", money(out(day.getValue()), currency, language));
            List<Map<String, @Nullable Object>> bars = new ArrayList<>();
            long above = 0;
            long below = 0;
            for (RunReport.Day part : day.getValue()) {
                long from = part.gross() >= 0 ? highest - above - part.gross() : highest + below;
                above += Math.max(0, part.gross());
                below += Math.max(0, -part.gross());
                Map<String, @Nullable Object> bar = new LinkedHashMap<>();
                bar.put("category", part.category());
                bar.put("colour", colour(categories, part.category()));
                bar.put("top", share(from, all));
                bar.put("height", share(Math.abs(part.gross()), all));
                bar.put("gross", money(part.gross(), currency, language));
                bars.add(bar);
            }
            one.put("bars", bars);
            one.put("zero", share(highest, all));
            shown.add(one);
        }
        return shown;
    }

    private static long in(List<RunReport.Day> parts) {
        return parts.stream()
                .mapToLong(RunReport.Day::gross)
                .filter(gross -> gross > 0)
                .sum();
    }

    private static long out(List<RunReport.Day> parts) {
        return -parts.stream()
                .mapToLong(RunReport.Day::gross)
                .filter(gross -> gross < 0)
                .sum();
    }

    /** How high a bar is; amounts may have more digits than their product with the height would leave room for. */
    private static long share(long amount, long all) {
        return BigInteger.valueOf(amount)
                .multiply(BigInteger.valueOf(CHART_HEIGHT))
                .divide(BigInteger.valueOf(all))
                .longValue();
    }

    private static String money(long amount, String currency, Locale language) {
        return currency.matches("[a-z]{3}") ? new Money(amount, currency).format(language) : amount + " " + currency;
    }
}
