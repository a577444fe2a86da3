package io.payroutes.api;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends connections when there are too many of them: those that have been silent the longest. So whoever opens thousands that
 * say nothing keeps nobody out who has something to say. To be put before what servers do with new connections. Thread-safe.
 */
@Sharable
final class ConnectionLimit extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimit.class);
    /** Ended at a time: finding them takes a look at all. */
    private static final int ONE_IN = 20;
    /** With so few it need not be known how many files there may be, which takes a while to find out. */
    private static final int SURELY_FEW = 64;

    private static final long TOLD_EVERY_NANOS = 10_000_000_000L;

    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final OpenFiles files;
    private final int asked;
    private volatile @Nullable Integer most;
    private long ended;
    private long toldAt = System.nanoTime() - TOLD_EVERY_NANOS;

    /** @param most how many there may be; fewer where the process may not open so many files */
    ConnectionLimit(int most, OpenFiles files) {
        this.asked = most;
        this.files = files;
    }

    /** A server has a new connection. It is refused when those that were ended have not given back their files yet. */
    @Override
    public void channelRead(ChannelHandlerContext server, Object accepted) {
        Channel channel = (Channel) accepted;
        if (files.areFew()) {
            channel.unsafe().closeForcibly();
            return;
        }
        Connection connection = new Connection(channel);
        channel.pipeline().addFirst(connection);
        open.add(connection);
        channel.closeFuture().addListener(closed -> open.remove(connection));
        int now = open.size();
        if (now > Math.min(asked, SURELY_FEW) && now > most()) {
            endMostSilent();
        }
        server.fireChannelRead(accepted);
    }

    /** There are no files left for a new connection; without this nobody would come in until others leave. */
    @Override
    public void exceptionCaught(ChannelHandlerContext server, Throwable cause) {
        if (cause instanceof IOException) {
            endMostSilent();
        }
        server.fireExceptionCaught(cause);
    }

    private int most() {
        Integer known = most;
        if (known == null) {
            // the rest is for the database, partners and the log
            known = (int) Math.min(asked, Math.max(1, (files.left() + open.size()) / 4 * 3));
            most = known;
        }
        return known;
    }

    private synchronized void endMostSilent() {
        int all = open.size();
        Stream<Silence> longestFirst = open.stream()
                .map(connection -> new Silence(connection, connection.heard))
                .sorted(Comparator.comparingLong(Silence::since));
        longestFirst.limit(1 + all / ONE_IN).forEach(silence -> {
            open.remove(silence.connection); // not only once it is closed: until then it would be ended again
            ChannelFuture unused = silence.connection.channel.close();
            ended++;
        });
        if (System.nanoTime() - toldAt >= TOLD_EVERY_NANOS) {
            LOG.warn("{} connections were ended that had been silent the longest: there were {}", ended, all);
            toldAt = System.nanoTime();
            ended = 0;
        }
    }

    /** When a connection was heard of last, at one moment: it goes on being heard while others are looked at. */
    private record Silence(Connection connection, long since) {}

    /** Hears all that comes in. By identity: no two are the same. */
    private static final class Connection extends ChannelInboundHandlerAdapter {
        private final Channel channel;
        private volatile long heard = System.nanoTime();

        Connection(Channel channel) {
            this.channel = channel;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            heard = System.nanoTime();
            context.fireChannelRead(bytes);
        }
    }
}
