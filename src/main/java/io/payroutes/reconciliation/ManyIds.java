package io.payroutes.reconciliation;

import io.payroutes.store.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/** Statements about many objects at once. However many, the text is the same, so that a database plans it once. */
final class ManyIds {
    private static final String MARK = "IN (%s)";

    private ManyIds() {}

    /** @param sql with {@code IN (%s)} wherever the ids stand; the other parameters come last in it */
    static List<Row> rows(JdbcOperations jdbc, String sql, Collection<String> ids, @Nullable Object... more) {
        return ids.isEmpty()
                ? List.of()
                : jdbc.queryForList(sql.replace(MARK, "= ANY (?)"), parameters(sql, ids, more)).stream()
                        .map(Row::of)
                        .toList();
    }

    /** @param sql with {@code IN (%s)} where the ids stand */
    static void update(JdbcOperations jdbc, String sql, Collection<String> ids) {
        if (!ids.isEmpty()) {
            jdbc.update(sql.replace(MARK, "= ANY (?)"), parameters(sql, ids));
        }
    }

    private static @Nullable Object[] parameters(String sql, Collection<String> ids, @Nullable Object... more) {
        Object array = ids.toArray(String[]::new);
        List<@Nullable Object> parameters =
                new ArrayList<>(Collections.nCopies(sql.split("IN \\(%s\\)", -1).length - 1, array));
        Collections.addAll(parameters, more);
        return parameters.toArray();
    }
}
