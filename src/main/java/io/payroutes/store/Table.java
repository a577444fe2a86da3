package io.payroutes.store;

import io.payroutes.store.Dialect.Change;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/** A table with a text key whose rows are locked, created once and changed in the transaction at hand. Thread-safe. */
public final class Table {
    private final JdbcOperations jdbc;
    private final String name;
    private final String key;
    // By their columns, of which the program knows a few sets.
    private final Map<List<String>, String> inserts = new ConcurrentHashMap<>();
    private final Map<List<String>, String> updates = new ConcurrentHashMap<>();

    public Table(JdbcOperations jdbc, String name, String key) {
        this.jdbc = jdbc;
        this.name = name;
        this.key = key;
    }

    public Optional<Row> find(String id) {
        return select("", id);
    }

    /** The row, which nobody else can change until the transaction ends. */
    public Optional<Row> lock(String id) {
        return select(" FOR UPDATE", id);
    }

    /** Rows whose column has this value, in the order of their keys. */
    public List<Row> findBy(String column, @Nullable String value) {
        return value == null
                ? List.of()
                : jdbc
                        .queryForList("SELECT * FROM " + name + " WHERE " + column + " = ? ORDER BY " + key, value)
                        .stream()
                        .map(Row::of)
                        .toList();
    }

    /**
     * Inserts the row unless its key is there already. While another transaction inserts the same key, this waits for it.
     *
     * @return whether the row is new
     */
    public boolean insertNew(Map<String, ? extends @Nullable Object> values) {
        Change insert = newRow(values);
        return jdbc.update(insert.sql(), insert.parameters().toArray()) == 1;
    }

    /** What {@link #insertNew} does, to be done by somebody else. */
    public Change newRow(Map<String, ? extends @Nullable Object> values) {
        List<String> columns = new ArrayList<>(values.size());
        List<@Nullable Object> parameters = new ArrayList<>(values.size());
        values.forEach((column, value) -> {
            columns.add(column);
            parameters.add(parameter(value));
        });
        return new Change(inserts.computeIfAbsent(columns, this::insert), parameters);
    }

    /** Changes the named columns of a row. */
    public void update(String id, Map<String, ? extends @Nullable Object> values) {
        List<String> columns = new ArrayList<>(values.size());
        List<@Nullable Object> parameters = new ArrayList<>(values.size() + 1);
        values.forEach((column, value) -> {
            if (!column.equals(key)) {
                columns.add(column);
                parameters.add(parameter(value));
            }
        });
        parameters.add(id);
        jdbc.update(updates.computeIfAbsent(columns, this::update), parameters.toArray());
    }

    /**
     * Inserts rows that all have the same columns, and changes those that are there already; many in a few round trips.
     * Of two transactions that put the same key, the later one waits and wins.
     */
    public void putAll(List<? extends Map<String, ? extends @Nullable Object>> rows) {
        if (rows.isEmpty()) {
            return;
        }
        List<Map<String, @Nullable Object>> sorted = rows.stream()
                .map(row -> (Map<String, @Nullable Object>) new LinkedHashMap<String, @Nullable Object>(row))
                // In one order everywhere, so that nobody waits in a circle.
                .sorted(Comparator.comparing(row -> String.valueOf(row.get(key))))
                .toList();
        List<String> columns = new ArrayList<>(sorted.get(0).keySet());
        int[] inserted = jdbc.batchUpdate(
                insert(columns), sorted.stream().map(Table::parameters).toList());
        columns.remove(key);
        List<@Nullable Object[]> known = new ArrayList<>();
        for (int i = 0; i < inserted.length; i++) {
            // Anything but one: PostgreSQL's driver cannot say when its URL has it rewrite the batch.
            if (inserted[i] != 1) {
                Map<String, @Nullable Object> row = sorted.get(i);
                Object id = row.remove(key);
                row.put(key, id); // last, as in the statement
                known.add(parameters(row));
            }
        }
        if (!known.isEmpty()) {
            jdbc.batchUpdate(update(columns), known);
        }
    }

    private String insert(List<String> columns) {
        String marks = columns.stream().map(c -> "?").collect(Collectors.joining(", "));
        return "INSERT INTO " + name + " (" + String.join(", ", columns) + ") VALUES (" + marks
                + ") ON CONFLICT DO NOTHING";
    }

    private String update(List<String> columns) {
        String assignments = columns.stream().map(c -> c + " = ?").collect(Collectors.joining(", "));
        return "UPDATE " + name + " SET " + assignments + " WHERE " + key + " = ?";
    }

    private Optional<Row> select(String suffix, String id) {
        return jdbc.queryForList("SELECT * FROM " + name + " WHERE " + key + " = ?" + suffix, id).stream()
                .findFirst()
                .map(Row::of);
    }

    private static @Nullable Object[] parameters(Map<String, ? extends @Nullable Object> row) {
        return row.values().stream().map(Table::parameter).toArray();
    }

    private static @Nullable Object parameter(@Nullable Object value) {
        return value instanceof Instant instant ? Row.parameter(instant) : value;
    }
}
