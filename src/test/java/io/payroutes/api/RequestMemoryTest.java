package io.payroutes.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;

class RequestMemoryTest {
    private final RequestMemory memory = new RequestMemory(100);

    @Test
    void theOldestGoUntilThereIsSomeRoom() {
        Connection third = new Connection(3);
        Connection first = new Connection(1);
        Connection second = new Connection(2);
        third.bring(40);
        first.bring(40);
        second.bring(20);
        assertThat(first.isOver || second.isOver || third.isOver).isFalse();
        third.bring(31);
        assertThat(first.isOver).isTrue();
        assertThat(second.isOver).isTrue();
        assertThat(third.isOver).isFalse();
    }

    @Test
    void whatIsThereStaysAndWhoBringsMoreGoesWhenTheyHoldTwiceAsMuch() {
        Connection waiting = new Connection(1);
        waiting.bring(150);
        assertThat(waiting.isOver).isTrue();
        waiting = new Connection(1);
        waiting.isThere = true;
        waiting.bring(150);
        Connection small = new Connection(2);
        small.isThere = true;
        small.bring(50);
        assertThat(waiting.isOver || small.isOver).isFalse();
        Connection oneMore = new Connection(3);
        oneMore.isThere = true;
        oneMore.bring(1);
        assertThat(oneMore.isOver).isTrue();
        assertThat(waiting.isOver || small.isOver).isFalse();
    }

    @Test
    void whatIsGivenBackMakesRoom() {
        Connection first = new Connection(1);
        first.bring(90);
        memory.giveBack(90);
        Connection second = new Connection(2);
        second.bring(90);
        assertThat(first.isOver || second.isOver).isFalse();
    }

    @Test
    void partsOfABodyThatWaitTakeMoreThanTheirBytes() {
        String next = "POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + "1\r\nx\r\n".repeat(100);
        RequestMemory enough = new RequestMemory(25_000);
        assertThat(isOpenAfter(enough, next)).isTrue();
        assertThat(isOpenAfter(new RequestMemory(15_000), next)).isFalse();
    }

    @Test
    void whatWasGivenBackWithTheAnswerIsNotGivenBackAgainWithTheConnection() {
        RequestMemory scarce = new RequestMemory(15_000);
        for (int i = 0; i < 100; i++) {
            RequestDecoder decoder = new RequestDecoder();
            EmbeddedChannel connection = new EmbeddedChannel(decoder, new OneRequestAtATime(scarce, decoder));
            connection.writeInbound(Unpooled.copiedBuffer("GET /a HTTP/1.1\r\n\r\n", US_ASCII));
            connection.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
            connection.finishAndReleaseAll();
        }
        assertThat(isOpenAfter(scarce, "POST /b HTTP/1.1\r\n" + "a:\r\n".repeat(100)))
                .isFalse();
    }

    /** With another request before it that nobody answers. */
    private static boolean isOpenAfter(RequestMemory memory, String request) {
        RequestDecoder decoder = new RequestDecoder();
        EmbeddedChannel connection = new EmbeddedChannel(decoder, new OneRequestAtATime(memory, decoder));
        connection.writeInbound(Unpooled.copiedBuffer("GET /a HTTP/1.1\r\n\r\n" + request, US_ASCII));
        return connection.isOpen();
    }

    private final class Connection implements RequestMemory.Holder {
        private final long since;
        private boolean isThere;
        private boolean isOver;
        private long held;

        Connection(long since) {
            this.since = since;
        }

        void bring(long bytes) {
            if (!isThere) {
                memory.begins(this);
            }
            held += bytes;
            memory.take(this, bytes);
        }

        @Override
        public long since() {
            return since;
        }

        @Override
        public void end() {
            isOver = true;
            memory.giveBack(held);
            held = 0;
        }
    }
}
