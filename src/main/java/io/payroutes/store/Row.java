package io.payroutes.store;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One row, column by column, whatever case and types the database answers in. Immutable. */
public final class Row {
    private final Map<String, @Nullable Object> values;

    private Row(Map<String, @Nullable Object> values) {
        this.values = values;
    }

    public static Row of(Map<String, ? extends @Nullable Object> values) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        values.forEach((name, value) -> copy.put(name.toLowerCase(Locale.ROOT), value));
        return new Row(copy);
    }

    /** This row with some columns changed, as they would be read again. */
    public Row with(Map<String, ? extends @Nullable Object> changes) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(values);
        changes.forEach((name, value) -> copy.put(name, value instanceof Instant time ? parameter(time) : value));
        return new Row(copy);
    }

    public @Nullable String text(String column) {
        Object value = values.get(column);
        return value == null ? null : value.toString();
    }

    /** @throws IllegalStateException if the column is null */
    public String mustText(String column) {
        return must(column, text(column));
    }

    public @Nullable Long number(String column) {
        Object value = values.get(column);
        return value == null ? null : ((Number) value).longValue();
    }

    /** @throws IllegalStateException if the column is null */
    public long mustNumber(String column) {
        return must(column, number(column));
    }

    public @Nullable Boolean flag(String column) {
        return (Boolean) values.get(column);
    }

    /** Null counts as no. */
    public boolean isSet(String column) {
        return Boolean.TRUE.equals(flag(column));
    }

    public @Nullable Instant time(String column) {
        Object value = values.get(column);
        if (value == null) {
            return null;
        }
        return value instanceof OffsetDateTime time ? time.toInstant() : ((Timestamp) value).toInstant();
    }

    /** @throws IllegalStateException if the column is null */
    public Instant mustTime(String column) {
        return must(column, time(column));
    }

    /** The columns' names in lower case, in the order of the query. */
    Stream<String> names() {
        return values.keySet().stream();
    }

    /** The value as JSON knows it; a time as text in RFC 3339. */
    @Nullable
    Object plain(String column) {
        Object value = values.get(column);
        return value instanceof OffsetDateTime || value instanceof Timestamp
                ? mustTime(column).toString()
                : value;
    }

    private static <T> T must(String column, @Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("column " + column + " is null");
        }
        return value;
    }

    /** A point in time as both databases take it as a parameter. */
    public static @Nullable OffsetDateTime parameter(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
