package io.payroutes.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** An answer is read whole or not at all. */
class BoundedBodyTest {
    private final AtomicBoolean canceled = new AtomicBoolean();
    private final BoundedBody body = new BoundedBody(5);

    private CompletableFuture<byte[]> read(String... parts) {
        body.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {
                canceled.set(true);
            }
        });
        for (String part : parts) {
            body.onNext(List.of(ByteBuffer.wrap(part.getBytes(StandardCharsets.US_ASCII))));
        }
        body.onComplete();
        return body.getBody().toCompletableFuture();
    }

    @Test
    void whatIsWithinTheBoundIsRead() {
        assertThat(read("ab", "", "cde").join()).asString().isEqualTo("abcde");
        assertThat(canceled).isFalse();
    }

    @Test
    void whatIsLongerIsNotReadOn() {
        assertThatThrownBy(() -> read("abcd", "ef", "g").get())
                .cause()
                .isInstanceOf(IOException.class)
                .hasMessage("the answer is longer than 5 bytes");
        assertThat(canceled).isTrue();
    }
}
