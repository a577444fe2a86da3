package io.payroutes.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConnectionLimitTest {
    private final AtomicLong files = new AtomicLong();
    private final EmbeddedChannel server =
            new EmbeddedChannel(new ConnectionLimit(1000, new OpenFiles(() -> 800, files::get)));

    @Test
    void whileThereAreFewFilesLeftNewConnectionsAreRefusedAndGiveTheirsBackAtOnce() {
        files.set(700);
        for (int i = 0; i < 100; i++) {
            assertThat(isLetIn(new EmbeddedChannel())).isTrue();
        }

        files.set(701);
        for (int i = 0; i < 25; i++) {
            isLetIn(new EmbeddedChannel());
        }
        EmbeddedChannel refused = new EmbeddedChannel();
        assertThat(isLetIn(refused)).isFalse();
        assertThat(refused.isOpen()).isFalse();

        files.set(700);
        await().until(() -> isLetIn(new EmbeddedChannel()));
    }

    private boolean isLetIn(EmbeddedChannel connection) {
        ChannelFuture unused = server.writeOneInbound(connection);
        return server.readInbound() == connection;
    }
}
