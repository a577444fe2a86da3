package io.payroutes.store;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * A list of the API: newest first, filtered by equality and by a span of time, page by page. A page begins where the
 * last one ended, by key, so that the hundredth page costs what the first does and nothing is skipped or told twice
 * while rows are added. Every value is a bind variable. Immutable; thread-safe.
 */
public final class PageQuery {
    private static final int DEFAULT_LIMIT = 20;
    private static final int LARGEST_LIMIT = 100;
    private static final Set<String> OWN = Set.of("from", "to", "limit", "after");
    /** What both databases can hold as a time. */
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private final JdbcOperations jdbc;
    private final String table;
    private final String columns;
    private final String time;
    private final String id;
    private final Map<String, Filter> filters;
    private final @Nullable Pair pair;
    private final List<Part> parts;

    /**
     * @param time the column to order by; with the id behind it there is an index over both
     * @param filters by the name of the parameter; each column has an index that goes on with time and id, unless it
     *     tells few values apart
     */
    public PageQuery(
            JdbcOperations jdbc, String table, String columns, String time, String id, Map<String, Filter> filters) {
        this(jdbc, table, columns, time, id, new LinkedHashMap<>(filters), null, List.of(Part.WHOLE));
    }

    private PageQuery(
            JdbcOperations jdbc,
            String table,
            String columns,
            String time,
            String id,
            Map<String, Filter> filters,
            @Nullable Pair pair,
            List<Part> parts) {
        this.jdbc = jdbc;
        this.table = table;
        this.columns = columns;
        this.time = time;
        this.id = id;
        this.filters = filters;
        this.pair = pair;
        this.parts = parts;
    }

    /**
     * For two filters of which each finds much and both together may find nothing: the index over the first goes on with the
     * second, and with time and id. Where only the first is asked for, the rows of each value of the second are looked for by
     * themselves and merged.
     *
     * @param second the name of a parameter whose column has one of these values in each row
     */
    public PageQuery indexedTogether(String first, String second, List<String> values) {
        return new PageQuery(
                jdbc, table, columns, time, id, filters, new Pair(first, second, List.copyOf(values)), parts);
    }

    /**
     * For a table of which each part has indexes of its own: the parts are looked through by themselves and merged.
     *
     * @param parts of which each row is in one
     */
    public PageQuery inParts(List<Part> parts) {
        return new PageQuery(jdbc, table, columns, time, id, filters, pair, List.copyOf(parts));
    }

    /**
     * Reads one page.
     *
     * @param parameters as the request had them
     * @param shape what becomes of each row
     * @throws BadParameterException if one of them is unknown or cannot be used
     */
    public Map<String, @Nullable Object> page(
            Map<String, String> parameters, Function<Row, Map<String, @Nullable Object>> shape) {
        Map<String, Equality> equalities = new LinkedHashMap<>();
        for (Map.Entry<String, String> parameter : new TreeMap<>(parameters).entrySet()) {
            String name = parameter.getKey();
            Filter filter = filters.get(name);
            if (filter != null) {
                equalities.put(name, filter.read(name, parameter.getValue()));
            } else if (!OWN.contains(name)) {
                throw unknown(name);
            }
        }
        List<String> conditions = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        String from = parameters.get("from");
        if (from != null) {
            conditions.add(time + " >= ?");
            values.add(at(instant("from", from)));
        }
        String to = parameters.get("to");
        if (to != null) {
            conditions.add(time + " < ?");
            values.add(at(instant("to", to)));
        }
        String after = parameters.get("after");
        if (after != null) {
            Position position = Position.read(after);
            conditions.add(time + " <= ? AND (" + time + " < ? OR " + id + " < ?)");
            values.add(at(position.time));
            values.add(at(position.time));
            values.add(position.id);
        }
        int limit = limit(parameters.get("limit"));
        List<Row> rows = rows(equalities, conditions, values, limit + 1);
        boolean hasMore = rows.size() > limit;
        Map<String, @Nullable Object> page = new LinkedHashMap<>();
        page.put("object", "list");
        page.put("data", rows.stream().limit(limit).map(shape).toList());
        page.put("has_more", hasMore);
        page.put("next", hasMore ? Position.of(rows.get(limit - 1), time, id).text() : null);
        return page;
    }

    private List<Row> rows(Map<String, Equality> equalities, List<String> conditions, List<Object> values, int limit) {
        List<String> statements = new ArrayList<>();
        List<Object> bound = new ArrayList<>();
        for (Map<String, Equality> branch : branches(equalities)) {
            for (Part part : parts) {
                if (!part.canHave.test(branch.values())) {
                    continue;
                }
                List<String> all = new ArrayList<>();
                branch.values().forEach(equality -> all.add(equality.column + " = ?"));
                branch.values().forEach(equality -> bound.add(equality.value));
                if (!part.condition.isEmpty()) {
                    all.add(part.condition);
                }
                all.addAll(conditions);
                bound.addAll(values);
                statements.add("SELECT " + columns + " FROM " + table
                        + (all.isEmpty() ? "" : " WHERE " + String.join(" AND ", all))
                        + " ORDER BY " + leading(branch) + time + " DESC, " + id + " DESC LIMIT " + limit);
            }
        }
        String sql = statements.size() == 1
                ? statements.get(0)
                : "SELECT * FROM ((" + String.join(") UNION ALL (", statements) + ")) AS branches ORDER BY " + time
                        + " DESC, " + id + " DESC LIMIT " + limit;
        return jdbc.queryForList(sql, bound.toArray()).stream().map(Row::of).toList();
    }

    private List<Map<String, Equality>> branches(Map<String, Equality> equalities) {
        if (pair == null || !equalities.containsKey(pair.first) || equalities.containsKey(pair.second)) {
            return List.of(equalities);
        }
        Filter second = Objects.requireNonNull(filters.get(pair.second));
        List<Map<String, Equality>> branches = new ArrayList<>();
        for (String value : pair.values) {
            Map<String, Equality> branch = new LinkedHashMap<>(equalities);
            branch.put(pair.second, second.read(pair.second, value));
            branches.add(branch);
        }
        return branches;
    }

    /** Of no effect on the order, but it lets H2 see that an index has this order already. */
    private String leading(Map<String, Equality> equalities) {
        List<String> names = pair != null && equalities.containsKey(pair.first)
                ? List.of(pair.first, pair.second)
                : equalities.keySet().stream().limit(1).toList();
        return names.stream()
                .map(name -> Objects.requireNonNull(equalities.get(name)).column + " DESC, ")
                .collect(Collectors.joining());
    }

    /** For a request that takes no parameters. */
    public static void none(Map<String, String> parameters) {
        parameters.keySet().stream().sorted().findFirst().ifPresent(name -> {
            throw unknown(name);
        });
    }

    private static BadParameterException unknown(String name) {
        // Only a plain name is repeated to its sender.
        return name.matches("[A-Za-z0-9_.\\[\\]-]{1,40}")
                ? new BadParameterException(name, "is not a parameter of this request")
                : new BadParameterException("?", "a name is not one of this request's parameters");
    }

    private static int limit(@Nullable String value) {
        if (value == null) {
            return DEFAULT_LIMIT;
        }
        if (value.matches("[0-9]{1,3}")) {
            int limit = Integer.parseInt(value);
            if (limit >= 1 && limit <= LARGEST_LIMIT) {
                return limit;
            }
        }
        throw new BadParameterException("limit", "must be a whole number from 1 to " + LARGEST_LIMIT);
    }

    private static Instant instant(String name, String value) {
        try {
            Instant instant = value.length() == "2026-01-31".length()
                    ? LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant()
                    // A plus that was not escaped has become a blank.
                    : OffsetDateTime.parse(value.replace(' ', '+')).toInstant();
            if (isTime(instant)) {
                return instant;
            }
        } catch (DateTimeException e) {
            // said below
        }
        throw new BadParameterException(
                name, "must be a date such as 2026-01-31 or a time such as 2026-01-31T12:00:00Z");
    }

    private static boolean isTime(Instant instant) {
        return !instant.isBefore(Instant.EPOCH) && !instant.isAfter(LATEST);
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    /** What a parameter asks of a row: that a column has a value. */
    public interface Filter {
        /** @throws BadParameterException if the value cannot be used */
        Equality read(String parameter, String value);

        /** Any text, compared as it is. */
        static Filter equal(String column) {
            return (parameter, value) -> new Equality(column, value);
        }

        /** One of these values, as they stand in the column; case does not matter, nor do blanks for underscores. */
        static Filter oneOf(String column, Collection<String> values) {
            Map<String, String> known = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            values.forEach(value -> known.put(value.replace(' ', '_'), value));
            String complaint = "must be one of " + String.join(", ", values);
            return (parameter, value) -> {
                String found = known.get(value.replace(' ', '_'));
                if (found == null) {
                    throw new BadParameterException(parameter, complaint);
                }
                return new Equality(column, found);
            };
        }
    }

    /** @param column name of a column, never from outside */
    public record Equality(String column, Object value) {}

    /**
     * A part of a table.
     *
     * @param condition in SQL, never from outside; empty for the whole table
     * @param canHave whether there can be rows in it for which these hold
     */
    public record Part(String condition, Predicate<Collection<Equality>> canHave) {
        private static final Part WHOLE = new Part("", equalities -> true);
    }

    /** @param values all that the second one's column has */
    private record Pair(String first, String second, List<String> values) {}

    /** Where a page ended. */
    private record Position(Instant time, String id) {
        private static final int LONGEST = 4000;

        static Position of(Row row, String time, String id) {
            return new Position(row.mustTime(time), row.mustText(id));
        }

        String text() {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString((time + " " + id).getBytes(StandardCharsets.UTF_8));
        }

        static Position read(String text) {
            try {
                if (text.length() <= LONGEST) {
                    String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
                    int blank = plain.indexOf(' ');
                    if (blank > 0 && plain.indexOf('\0') < 0) {
                        Position position =
                                new Position(Instant.parse(plain.substring(0, blank)), plain.substring(blank + 1));
                        if (isTime(position.time)) {
                            return position;
                        }
                    }
                }
            } catch (IllegalArgumentException | DateTimeException e) {
                // said below
            }
            throw new BadParameterException("after", "must be the 'next' of a page that was answered before");
        }
    }
}
