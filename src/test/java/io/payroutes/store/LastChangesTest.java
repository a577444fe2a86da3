package io.payroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.payroutes.OnEachDatabase;
import io.payroutes.TestDatabase;
import io.payroutes.store.Dialect.Change;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;

@OnEachDatabase
class LastChangesTest {
    private static final Change CANNOT_BE_MADE = new Change("INSERT INTO late (id) VALUES (NULL)", List.of());

    private final TestDatabase database;
    private final LastChanges last;

    LastChangesTest(TestDatabase database) {
        this.database = database;
        this.last = database.lastChanges();
    }

    @BeforeEach
    void empty() {
        database.jdbc().execute("DROP TABLE IF EXISTS late");
        database.jdbc().execute("CREATE TABLE late (id INTEGER PRIMARY KEY, text VARCHAR(10))");
    }

    @Test
    void outsideATransactionAChangeIsMadeAtOnce() {
        last.add(insert(1));
        assertThat(ids()).containsExactly(1);
    }

    @Test
    void aChangeWaitsUntilItsTransactionEnds() {
        database.transaction().executeWithoutResult(status -> {
            last.add(insert(2));
            last.add(insert(1));
            assertThat(ids()).isEmpty();
        });
        assertThat(ids()).containsExactly(1, 2);
        last.make();
        assertThat(ids()).containsExactly(1, 2);
    }

    @Test
    void whatWaitsIsGoneWhenItsTransactionIsRolledBack() {
        database.transaction().executeWithoutResult(status -> {
            last.add(insert(1));
            status.setRollbackOnly();
        });
        database.transaction().executeWithoutResult(status -> last.add(insert(2)));
        assertThat(ids()).containsExactly(2);
    }

    @Test
    void whatWaitsGoesWithAnotherChangeWhoseRowsAreCounted() {
        last.add(insert(7));
        database.transaction().executeWithoutResult(status -> {
            last.add(insert(1));
            last.add(insert(7));
            assertThat(last.makeWith(update(7, "seven"))).isEqualTo(1);
            assertThat(ids()).containsExactly(1, 7);
            assertThat(last.makeWith(update(8, "eight"))).isZero();
            last.add(insert(3));
            assertThat(ids()).containsExactly(1, 7);
            last.make();
            assertThat(ids()).containsExactly(1, 3, 7);
            last.add(insert(4));
        });
        assertThat(ids()).containsExactly(1, 3, 4, 7);
        assertThat(text(7)).isEqualTo("seven");
    }

    @Test
    void withoutATransactionAChangeIsMadeByItself() {
        last.add(insert(1));
        assertThat(last.makeWith(update(1, "one"))).isEqualTo(1);
        assertThat(text(1)).isEqualTo("one");
    }

    @Test
    void whatCannotBeMadeUndoesItsTransaction() {
        assertThatThrownBy(() -> database.transaction().executeWithoutResult(status -> {
                    database.jdbc().update("INSERT INTO late (id) VALUES (5)");
                    last.add(insert(6));
                    last.add(CANNOT_BE_MADE);
                }))
                .isInstanceOf(DataAccessException.class);
        assertThat(ids()).isEmpty();
        database.transaction().executeWithoutResult(status -> last.add(insert(1)));
        assertThat(ids()).containsExactly(1);
    }

    private static Change insert(int id) {
        return new Change("INSERT INTO late (id) VALUES (?) ON CONFLICT DO NOTHING", List.of(id));
    }

    private static Change update(int id, String text) {
        return new Change("UPDATE late SET text = ? WHERE id = ?", List.of(text, id));
    }

    private List<Integer> ids() {
        return database.jdbc().queryForList("SELECT id FROM late ORDER BY id", Integer.class);
    }

    private String text(int id) {
        return String.valueOf(database.jdbc().queryForObject("SELECT text FROM late WHERE id = ?", String.class, id));
    }
}
