package io.payroutes.api;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
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
    private final int asked;
    private volatile @Nullable Integer most;
    private long ended;
    private long toldAt = System.nanoTime() - TOLD_EVERY_NANOS;

    /** @param most how many there may be; fewer where the process may not open so many files */
    ConnectionLimit(int most) {
        this.asked = most;
    }

    /** A server has a new connection. */
    @Override
    public void channelRead(ChannelHandlerContext server, Object accepted) {
        Connection connection = new Connection((Channel) accepted);
        connection.channel.pipeline().addFirst(connection);
        open.add(connection);
        connection.channel.closeFuture().addListener(closed -> open.remove(connection));
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
            known = Math.min(asked, Math.max(1, files() / 4 * 3)); // the rest is for the database, partners and the log
            most = known;
        }
        return known;
    }

    /** That the process may open beside those it has open for other things. */
    private int files() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean files
                ? (int) Math.min(
                        files.getMaxFileDescriptorCount() - files.getOpenFileDescriptorCount() + open.size(),
                        Integer.MAX_VALUE)
                : Integer.MAX_VALUE;
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
