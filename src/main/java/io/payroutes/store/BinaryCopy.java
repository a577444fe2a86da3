package io.payroutes.store;

import io.payroutes.store.Dialect.Cell;
import io.payroutes.store.Dialect.Column;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
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

    private static final short END = -1;
    private static final int NULL = -1;

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
        byte[] data = data(alike, columns.size(), rows);
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

    private static byte[] data(List<Cell> alike, int columns, List<@Nullable Object[]> rows) {
        List<@Nullable Object> values = new ArrayList<>(rows.size() * (alike.size() + columns));
        int size = SIGNATURE.length + 2 * Integer.BYTES + Short.BYTES + rows.size() * Short.BYTES;
        for (@Nullable Object[] row : rows) {
            for (Cell cell : alike) {
                size += add(values, cell.value());
            }
            for (@Nullable Object value : row) {
                size += add(values, value);
            }
        }
        ByteBuffer data = ByteBuffer.allocate(size);
        data.put(SIGNATURE);
        data.putInt(0); // no flags
        data.putInt(0); // nothing more in the header
        int width = alike.size() + columns;
        for (int i = 0; i < values.size(); i++) {
            if (i % width == 0) {
                data.putShort((short) width);
            }
            write(data, values.get(i));
        }
        data.putShort(END);
        return data.array();
    }

    /** @return the size of the value with its length before it; its text is kept as it is sent */
    private static int add(List<@Nullable Object> values, @Nullable Object value) {
        Object sent = value instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : value;
        values.add(sent);
        return Integer.BYTES + (sent == null ? 0 : length(sent));
    }

    private static int length(Object sent) {
        if (sent instanceof byte[] text) {
            return text.length;
        }
        return sent instanceof OffsetDateTime ? Long.BYTES : sent instanceof Boolean ? 1 : Integer.BYTES;
    }

    private static void write(ByteBuffer data, @Nullable Object sent) {
        if (sent == null) {
            data.putInt(NULL);
            return;
        }
        data.putInt(length(sent));
        if (sent instanceof byte[] text) {
            data.put(text);
        } else if (sent instanceof OffsetDateTime time) {
            data.putLong((time.toEpochSecond() - EPOCH) * 1_000_000 + time.getNano() / 1_000);
        } else if (sent instanceof Boolean flag) {
            data.put((byte) (flag ? 1 : 0));
        } else {
            data.putInt((Integer) sent);
        }
    }

    /** What is in memory already, without a copy of it. */
    private static final class InMemory implements ByteStreamWriter {
        private final byte[] data;

        InMemory(byte[] data) {
            this.data = data;
        }

        @Override
        public int getLength() {
            return data.length;
        }

        @Override
        public void writeTo(ByteStreamTarget target) throws IOException {
            target.getOutputStream().write(data);
        }
    }
}
