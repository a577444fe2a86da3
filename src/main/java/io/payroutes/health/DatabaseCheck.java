package io.payroutes.health;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.jspecify.annotations.Nullable;

/**
 * Whether the database answers in time. Asked on a thread of its own, since the pool and the network have more patience
 * than whoever asks for the health; a question that is still unanswered is not asked again. Thread-safe.
 */
public final class DatabaseCheck extends AbstractHealthCheck implements AutoCloseable {
    private final DataSource dataSource;
    private final Duration patience;
    private final ExecutorService asking = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "health-database");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable CompletableFuture<Boolean> asked;

    public DatabaseCheck(DataSource dataSource, Duration patience) {
        super("payroutes", "database");
        this.dataSource = dataSource;
        this.patience = patience;
    }

    @Override
    public boolean isLiveness() {
        return false; // a restart of this program does not bring a database back
    }

    @Override
    protected void doCall(HealthCheckResultBuilder result, Map<String, Object> options) {
        try {
            answer().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            result.up();
        } catch (TimeoutException e) {
            result.message("The database does not answer within " + patience.toMillis() + " ms.")
                    .down();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            result.message("Interrupted.").down();
        } catch (ExecutionException | RuntimeException e) {
            result.message("The database does not answer.").down();
        }
    }

    private synchronized CompletableFuture<Boolean> answer() {
        CompletableFuture<Boolean> current = asked;
        if (current == null || current.isDone()) {
            current = CompletableFuture.supplyAsync(this::ask, asking);
            asked = current;
        }
        return current;
    }

    private Boolean ask() {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout((int) Math.max(1, patience.toSeconds()));
            return statement.execute("SELECT 1");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        asking.shutdownNow();
    }
}
