package io.payroutes.api;

import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.core.spi.metrics.HttpServerMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Has connections ended over which nothing was answered for a while: nobody asks anything, a request's head comes in byte by
 * byte, or an answer is not taken. Without that Vert.x keeps them for ever.
 */
public final class SilentConnections implements VertxMetrics {
    private final Duration patience;

    private SilentConnections(Duration patience) {
        this.patience = patience;
    }

    /**
     * What Camel's HTTP servers are to be made with. Camel 4.18 takes no options for the servers themselves; whoever measures
     * a server is shown its options before the first connection.
     *
     * @param patience longer than any request takes
     */
    @SuppressWarnings(
            "deprecation") // Vert.x's builder can do it, too, but Camel takes a Vertx for all servers, or options
    public static VertxOptions ended(Duration patience) {
        return new VertxOptions()
                .setMetricsOptions(new MetricsOptions().setEnabled(true).setFactory(new Factory(patience)));
    }

    /** For each of the servers. */
    private record Factory(Duration patience) implements VertxMetricsFactory {
        @Override
        public VertxMetrics metrics(VertxOptions options) {
            return new SilentConnections(patience);
        }

        /** A copy would know nothing of this factory, and the next server is made with it. */
        @Override
        public MetricsOptions newOptions(MetricsOptions options) {
            return options;
        }
    }

    @Override
    public @Nullable HttpServerMetrics<?, ?, ?> createHttpServerMetrics(
            HttpServerOptions options, SocketAddress localAddress) {
        int millis = (int) Math.min(patience.toMillis(), Integer.MAX_VALUE);
        options.setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                // the first until it is known which HTTP is spoken, the second from then on
                .setIdleTimeout(millis)
                .setWriteIdleTimeout(millis);
        return null; // nothing is measured
    }
}
