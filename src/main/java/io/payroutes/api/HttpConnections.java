package io.payroutes.api;

import io.netty.bootstrap.ServerBootstrap;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.core.spi.metrics.HttpServerMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what connections may cost. Those are ended over which nothing was answered for a while: nobody asks anything, a
 * request's head comes in byte by byte, or an answer is not taken. Without that Vert.x keeps them for ever. And there are
 * not more than so many of them at a time.
 */
public final class HttpConnections implements VertxMetrics {
    private final Duration patience;

    private HttpConnections(Duration patience) {
        this.patience = patience;
    }

    /**
     * What Camel's HTTP servers are to be made with. Camel 4.18 takes no options for the servers themselves; whoever measures
     * a server is shown its options before the first connection, and may say before that how connections are made.
     *
     * @param patience longer than any request takes
     * @param most how many there may be at a time, of all servers together; beyond it those go that have been silent the longest
     */
    @SuppressWarnings(
            "deprecation") // Vert.x's builder can do it, too, but Camel takes a Vertx for all servers, or options
    public static VertxOptions bounded(Duration patience, int most) {
        Factory factory = new Factory(patience, new Transport(new ConnectionLimit(most)));
        return new VertxOptions()
                .setMetricsOptions(new MetricsOptions().setEnabled(true).setFactory(factory));
    }

    /** For each of the servers. */
    private record Factory(Duration patience, Transport transport) implements VertxMetricsFactory {
        @Override
        public void init(VertxBuilder builder) {
            builder.findTransport(transport);
            VertxMetricsFactory.super.init(builder);
        }

        @Override
        public VertxMetrics metrics(VertxOptions options) {
            return new HttpConnections(patience);
        }

        /** A copy would know nothing of this factory, and the next server is made with it. */
        @Override
        public MetricsOptions newOptions(MetricsOptions options) {
            return options;
        }
    }

    /** Vert.x's own, but for what sees each connection first. */
    private static final class Transport extends JDKTransport {
        private final ConnectionLimit limit;

        Transport(ConnectionLimit limit) {
            this.limit = limit;
        }

        @Override
        public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap server) {
            super.configure(options, domainSocket, server);
            server.handler(limit);
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
