package io.payroutes.reconciliation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.payroutes.delivery.Deliveries;
import io.payroutes.delivery.Destination;
import io.payroutes.delivery.Outgoing;
import io.payroutes.reconciliation.FindingCode.Severity;
import io.payroutes.store.Row;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Tells somebody of new findings, by a mail for all that are new at a time: one difference is one sentence, a storm is one
 * summary. The mail and the mark that it was written commit together.
 */
public final class FindingNotices {
    /** The kind of the delivery. Its payload is a JSON object: subject, language and lines of text. */
    public static final String KIND = "reconciliation.notice";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_AT_ONCE = 10_000;

    private final JdbcOperations jdbc;
    private final TransactionOperations transaction;
    private final Deliveries deliveries;
    private final Clock clock;
    private final Settings settings;

    public FindingNotices(
            JdbcOperations jdbc,
            TransactionOperations transaction,
            Deliveries deliveries,
            Clock clock,
            Settings settings) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.deliveries = deliveries;
        this.clock = clock;
        this.settings = settings;
    }

    /**
     * Who is told of what.
     *
     * @param address null for nobody
     * @param which codes, or {@code error} and {@code warning} for all of that severity
     * @param storm most findings that are told one by one
     * @param language {@code en} or {@code ja}
     */
    public record Settings(@Nullable String address, List<String> which, int storm, Locale language) {

        /** @throws IllegalArgumentException if one of {@code which} is neither a code nor a severity */
        public Settings {
            for (String one : which) {
                if (!one.equals(Severity.ERROR.wireName()) && !one.equals(Severity.WARNING.wireName())) {
                    FindingCode.of(one);
                }
            }
        }

        boolean isWanted(FindingCode code) {
            return which.contains(code.wireName())
                    || which.contains(code.severity().wireName());
        }
    }

    /** Writes the mail about what is new; none if nothing is. */
    public void write() {
        if (settings.address() == null) {
            return;
        }
        transaction.executeWithoutResult(status -> {
            List<Finding> fresh = jdbc
                    .queryForList("SELECT * FROM reconciliation_finding WHERE state = 'open' AND notified_at IS NULL"
                            + " ORDER BY first_seen, finding_id LIMIT " + MOST_AT_ONCE + " FOR UPDATE")
                    .stream()
                    .map(row -> RecordedFinding.of(Row.of(row)).finding())
                    .toList();
            if (fresh.isEmpty()) {
                return;
            }
            Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            jdbc.batchUpdate(
                    "UPDATE reconciliation_finding SET notified_at = ? WHERE finding_id = ?",
                    fresh.stream()
                            .map(finding -> new Object[] {Row.parameter(now), finding.id()})
                            .toList());
            List<Finding> wanted = fresh.stream()
                    .filter(finding -> settings.isWanted(finding.code()))
                    .sorted(Comparator.<Finding, Severity>comparing(
                                    finding -> finding.code().severity())
                            .thenComparing((Finding finding) -> finding.id()))
                    .toList();
            if (!wanted.isEmpty()) {
                deliveries.enqueue(new Outgoing(
                        "notice_" + UUID.randomUUID(),
                        Destination.MAIL,
                        KIND,
                        null,
                        null,
                        0,
                        now,
                        settings.address(),
                        payload(wanted)));
            }
        });
    }

    private String payload(List<Finding> findings) {
        ResourceBundle words = ResourceBundle.getBundle(
                FindingNotices.class.getPackageName() + ".report",
                settings.language(),
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
        String subject = findings.size() == 1
                ? words.getString("open.one")
                : words.getString("open.many").replace("{0}", Integer.toString(findings.size()));
        List<String> lines = new ArrayList<>();
        if (findings.size() > settings.storm()) {
            Map<String, Long> counts = findings.stream()
                    .collect(Collectors.groupingBy(
                            finding -> finding.code().wireName(), TreeMap::new, Collectors.counting()));
            counts.forEach((code, number) -> lines.add(number + " " + code));
        }
        findings.stream()
                .limit(settings.storm())
                .map(finding -> finding.sentence(settings.language()))
                .filter(Predicate.not(String::isBlank))
                .forEach(lines::add);
        if (findings.size() > settings.storm()) {
            lines.add("…");
        }
        try {
            return JSON.writeValueAsString(Map.of(
                    "subject",
                    words.getString("title") + ": " + subject,
                    "language",
                    settings.language().getLanguage(),
                    "lines",
                    lines));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts can be written", e);
        }
    }
}
