package io.payroutes.api;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
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
 * request's head comes in byte by byte, or an answer is not taken. Without that Vert.x keeps them for ever. There are
 * not more than so many of them at a time, each has one request answered at a time, and all of them together have a bound.
 */
public final class HttpConnections implements VertxMetrics {
    private final Duration patience;
    private final WorkQueue queue;

    private HttpConnections(Duration patience, WorkQueue queue) {
        this.patience = patience;
        this.queue = queue;
    }

    /**
     * What Camel's HTTP servers are to be made with. Camel 4.18 takes no options for the servers themselves; whoever measures
     * a server is shown its options before the first connection, and may say before that how connections are made.
     *
     * @param patience longer than any request takes
     * @param most how many there may be at a time, of all servers together; beyond it those go that have been silent the longest
     * @param memory how many bytes unanswered requests may hold, of all servers together
     * @param queue shown what waits for the threads of the servers
     */
    @SuppressWarnings(
            "deprecation") // Vert.x's builder can do it, too, but Camel takes a Vertx for all servers, or options
    public static VertxOptions bounded(Duration patience, int most, int memory, WorkQueue queue) {
        Factory factory = new Factory(
                patience,
                new Transport(
                        new ConnectionLimit(most, OpenFiles.ofThisProcess()),
                        new HttpOneOnly(new RequestMemory(memory))),
                queue);
        return new VertxOptions()
                .setMetricsOptions(new MetricsOptions().setEnabled(true).setFactory(factory));
    }

    /** For each of the servers. */
    private record Factory(Duration patience, Transport transport, WorkQueue queue) implements VertxMetricsFactory {
        @Override
        public void init(VertxBuilder builder) {
            builder.findTransport(transport);
            VertxMetricsFactory.super.init(builder);
        }

        @Override
        public VertxMetrics metrics(VertxOptions options) {
            return new HttpConnections(patience, queue);
        }

        /** A copy would know nothing of this factory, and the next server is made with it. */
        @Override
        public MetricsOptions newOptions(MetricsOptions options) {
            return options;
        }
    }

    /** Vert.x's own, but for what sees each connection first. */
    private static final class Transport extends JDKTransport {
        /** Read of one connection before others have their turn, and before anything is done about what they hold together. */
        private static final RecvByteBufAllocator LITTLE =
                new AdaptiveRecvByteBufAllocator(1024, 2048, 16 * 1024).maxMessagesPerRead(1);

        private final ConnectionLimit limit;
        private final HttpOneOnly httpOne;

        Transport(ConnectionLimit limit, HttpOneOnly httpOne) {
            this.limit = limit;
            this.httpOne = httpOne;
        }

        @Override
        public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap server) {
            super.configure(options, domainSocket, server);
            server.childOption(ChannelOption.RCVBUF_ALLOCATOR, LITTLE);
            server.handler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(limit, httpOne);
                }
            });
        }
    }

    @Override
    public WorkQueue createPoolMetrics(String poolType, String poolName, int maxPoolSize) {
        return queue;
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
