package io.payroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.payroutes.OnEachDatabase;
import io.payroutes.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

@OnEachDatabase
class ConnectionPoolTest {
    private final TestDatabase database;

    ConnectionPoolTest(TestDatabase database) {
        this.database = database;
    }

    /** The pool lends it as it is when its rollback has failed. What is stored over it would be acknowledged, and gone. */
    @Test
    void aConnectionWithAnOpenTransactionIsGivenToNobody() throws SQLException {
        database.jdbc().execute("CREATE TABLE stored (id INT)");
        Map<String, String> settings = database.settings();
        try (Database other = Database.open(new Database.Settings(
                Objects.requireNonNull(settings.get("database.url")),
                Objects.requireNonNull(settings.get("database.user")),
                Objects.requireNonNull(settings.get("database.password")),
                2,
                Duration.ofSeconds(30),
                Duration.ofMinutes(2)))) {
            try (Connection one = other.dataSource().getConnection();
                    Connection another = other.dataSource().getConnection()) {
                leaveOpen(one);
                leaveOpen(another);
            }
            new JdbcTemplate(other.dataSource()).update("INSERT INTO stored (id) VALUES (1)");
            assertThat(database.jdbc().queryForList("SELECT id FROM stored")).hasSize(1);
        }
    }

    private void leaveOpen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(database.kind() == TestDatabase.Kind.H2 ? "SET AUTOCOMMIT FALSE" : "BEGIN");
        }
    }
}
