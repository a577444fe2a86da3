package io.payroutes.store;

import io.payroutes.store.Dialect.Cell;
import io.payroutes.store.Dialect.Column;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.util.ByteStreamWriter;
import org.postgresql.util.PSQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL's {@code COPY}: rows go into the table page by page and not one by one. All of them or none, so that a key that is
 * there already is an error.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY, with its binary format</a>
 */
final class BinaryCopy {
    private static final Logger LOG = LoggerFactory.getLogger(BinaryCopy.class);
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    /** Times are counted from here, in microseconds. */
    private static final long EPOCH = Instant.parse("2000-01-01T00:00:00Z").getEpochSecond();

    private static final int END = -1;
    private static final int NULL = -1;
    private static final int COMMON_ROW = 2048;

    private BinaryCopy() {}

    /**
     * @param connection in auto-commit mode
     * @throws SQLException what PostgreSQL answered, and the connection can be used again; or there was no answer, and it is
     *     closed
     */
    static void insert(
            Connection connection, String table, List<Cell> alike, List<Column> columns, List<@Nullable Object[]> rows)
            throws SQLException {
        String names = Stream.concat(alike.stream().map(Cell::column), columns.stream())
                .map(Column::name)
                .collect(Collectors.joining(", "));
        ByteArrayOutputStream data = data(alike, columns.size(), rows);
        PGConnection postgres = connection.unwrap(PGConnection.class);
        try {
            CopyIn copy = postgres.getCopyAPI().copyIn("COPY " + table + " (" + names + ") FROM STDIN (FORMAT binary)");
            copy.writeToCopy(new InMemory(data));
            copy.endCopy();
        } catch (SQLException e) {
            if (!goesOn(e)) {
                discard(connection, postgres);
            }
            throw e;
        }
    }

    /** PostgreSQL has said what is wrong, and waits for the next statement, unless it said that it shuts down. */
    private static boolean goesOn(SQLException e) {
        return e instanceof PSQLException answer
                && answer.getServerErrorMessage() != null
                && !String.valueOf(e.getSQLState()).startsWith("57P");
    }

    /** The driver leaves a connection open that broke in a copy, and the pool, past which copies go, would hand it out again. */
    private static void discard(Connection connection, PGConnection postgres) {
        try {
            ((Connection) postgres).abort(Runnable::run);
            connection.clearWarnings(); // fails, and so tells the pool
        } catch (SQLException expected) {
            LOG.debug("The connection is closed", expected);
        }
    }

    private static ByteArrayOutputStream data(List<Cell> alike, int columns, List<@Nullable Object[]> rows) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(COMMON_ROW * (rows.size() + 1));
        try (DataOutputStream data = new DataOutputStream(bytes)) {
            data.write(SIGNATURE);
            data.writeInt(0); // no flags
            data.writeInt(0); // nothing more in the header
            for (@Nullable Object[] row : rows) {
                data.writeShort(alike.size() + columns);
                for (Cell cell : alike) {
                    write(data, cell.value());
                }
                for (@Nullable Object value : row) {
                    write(data, value);
                }
            }
            data.writeShort(END);
        } catch (IOException e) {
            throw new UncheckedIOException("memory can always be written", e);
        }
        return bytes;
    }

    private static void write(DataOutputStream data, @Nullable Object value) throws IOException {
        if (value == null) {
            data.writeInt(NULL);
        } else if (value instanceof String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            data.writeInt(utf8.length);
            data.write(utf8);
        } else if (value instanceof OffsetDateTime time) {
            data.writeInt(Long.BYTES);
            data.writeLong((time.toEpochSecond() - EPOCH) * 1_000_000 + time.getNano() / 1_000);
        } else if (value instanceof Boolean flag) {
            data.writeInt(1);
            data.writeBoolean(flag);
        } else {
            data.writeInt(Integer.BYTES);
            data.writeInt((Integer) value);
        }
    }

    /** What is in memory already, without a copy of it. */
    private record InMemory(ByteArrayOutputStream data) implements ByteStreamWriter {
        @Override
        public int getLength() {
            return data.size();
        }

        @Override
        public void writeTo(ByteStreamTarget target) throws IOException {
            data.writeTo(target.getOutputStream());
        }
    }
}
