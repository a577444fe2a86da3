package io.payroutes.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** PostgreSQL: a bulk insert is one statement with an array for each column, so its plan and its round trip are one. */
final class PostgreSqlDialect implements Dialect {

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public String complete(String jdbcUrl) {
        return jdbcUrl;
    }

    @Override
    public int insertNew(Connection connection, String table, List<Column> columns, List<@Nullable Object[]> rows)
            throws SQLException {
        String names = columns.stream().map(Column::name).collect(Collectors.joining(", "));
        String arrays = columns.stream()
                .map(c -> "CAST(? AS " + c.type().postgreSql + "[])")
                .collect(Collectors.joining(", "));
        String sql =
                "INSERT INTO " + table + " (" + names + ") SELECT * FROM unnest(" + arrays + ") ON CONFLICT DO NOTHING";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            for (int c = 0; c < columns.size(); c++) {
                Object[] values = new Object[rows.size()];
                for (int r = 0; r < values.length; r++) {
                    values[r] = rows.get(r)[c];
                }
                insert.setArray(c + 1, connection.createArrayOf(columns.get(c).type().postgreSql, values));
            }
            return insert.executeUpdate();
        }
    }
}
