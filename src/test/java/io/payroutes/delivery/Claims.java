package io.payroutes.delivery;

import io.payroutes.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.JdbcTemplate;

/** Runs the statement of config/sql that the routes claim with, outside of a route. */
final class Claims {
    private static final Pattern PARAMETER = Pattern.compile(":#\\$\\{bean:(\\w+)\\.(\\w+)}");

    private final JdbcTemplate jdbc;
    private final Deliveries deliveries;
    private final Outbox outbox;
    private final String sql;
    private final List<String> parameters = new ArrayList<>();

    Claims(TestDatabase database, Deliveries deliveries, Destination destination) {
        this.jdbc = database.jdbc();
        this.deliveries = deliveries;
        this.outbox = deliveries.outbox(destination);
        Path file = Path.of(
                "config/sql",
                database.database().dialect().name(),
                "claim-" + destination.wireName() + "-deliveries.sql");
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Matcher parameter = PARAMETER.matcher(text);
        while (parameter.find()) {
            if (!List.of(destination.wireName() + "Outbox", "node").contains(parameter.group(1))) {
                throw new IllegalStateException(file + " uses " + parameter.group(1));
            }
            parameters.add(parameter.group(2));
        }
        this.sql = PARAMETER.matcher(text).replaceAll("?");
    }

    String sql() {
        return sql;
    }

    Object[] values() {
        return parameters.stream().map(this::value).toArray();
    }

    List<ClaimedDelivery> claim() {
        List<Map<String, Object>> rows = jdbc.queryForList(sql, values());
        return rows.stream().map(deliveries::begin).toList();
    }

    private Object value(String parameter) {
        return switch (parameter) {
            case "now" -> outbox.now();
            case "leaseEnd" -> outbox.leaseEnd();
            case "batch" -> outbox.batch();
            case "id" -> 1;
            default -> throw new IllegalStateException("no parameter " + parameter);
        };
    }
}
