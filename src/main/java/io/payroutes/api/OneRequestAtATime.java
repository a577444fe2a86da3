package io.payroutes.api;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request of one connection through once the answer to the one before is on its way, as far as the client takes it.
 * Vert.x would read on and on, and hold all requests that come without waiting, and all answers that nobody takes. What is let
 * through or waits counts as memory until it is answered.
 */
final class OneRequestAtATime extends ChannelDuplexHandler implements BodyMemory.Holder {
    /** More than whoever sends several at a time has need of. With more the connection is ended. */
    private static final int MOST_WAITING = 16;

    private final BodyMemory memory;
    private @Nullable ChannelHandlerContext place;
    private final AtomicLong held = new AtomicLong();
    private final Queue<Object> waiting = new ArrayDeque<>();
    private int requestsWaiting;
    private long bytesWaiting;
    private boolean isAnswering;
    private boolean isIncomplete;
    private volatile long since;
    private volatile boolean isOver;

    OneRequestAtATime(BodyMemory memory) {
        this.memory = memory;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        place = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext connection, Object part) {
        boolean mayPass = waiting.isEmpty() && !(isAnswering && part instanceof HttpRequest);
        int size = part instanceof HttpContent content ? content.content().readableBytes() : 0;
        if (size > 0 && (isAnswering || !mayPass)) {
            if (!mayPass || !(part instanceof LastHttpContent)) {
                isComingIn();
            }
            held.addAndGet(size);
            memory.take(this, size);
        }
        if (isOver) {
            ReferenceCountUtil.release(part);
        } else if (mayPass) {
            letThrough(connection, part);
        } else {
            connection.channel().config().setAutoRead(false);
            waiting.add(part);
            bytesWaiting += size;
            if (part instanceof HttpRequest && ++requestsWaiting > MOST_WAITING) {
                end();
            }
        }
    }

    @Override
    public void write(ChannelHandlerContext connection, Object part, ChannelPromise promise) {
        if (!endsAnAnswer(part)) {
            ChannelFuture unused = connection.write(part, promise);
            return;
        }
        ChannelPromise taken = promise.unvoid();
        taken.addListener(any -> {
            isAnswering = false;
            long before = held.getAndUpdate(bytes -> Math.min(bytes, bytesWaiting));
            memory.giveBack(before - Math.min(before, bytesWaiting));
            if (!waiting.isEmpty()) {
                connection.executor().execute(() -> letNextThrough(connection)); // not in the middle of writing
            }
        });
        ChannelFuture unused = connection.write(part, taken);
    }

    @Override
    public void channelInactive(ChannelHandlerContext connection) {
        end();
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        memory.ends(this);
        connection.fireChannelInactive();
    }

    @Override
    public long since() {
        return since;
    }

    @Override
    public void end() {
        isOver = true;
        memory.giveBack(held.getAndSet(0));
        ChannelFuture unused =
                Objects.requireNonNull(place).close(); // from here on, without Vert.x, which would take its time
    }

    private static boolean endsAnAnswer(Object part) {
        return part instanceof LastHttpContent
                && !(part instanceof HttpResponse response
                        && response.status().codeClass() == HttpStatusClass.INFORMATIONAL);
    }

    private void isComingIn() {
        if (!isIncomplete) {
            isIncomplete = true;
            since = System.nanoTime();
            memory.begins(this);
        }
    }

    private void letNextThrough(ChannelHandlerContext connection) {
        while (!isOver && !waiting.isEmpty() && !(isAnswering && waiting.peek() instanceof HttpRequest)) {
            Object part = waiting.remove();
            if (part instanceof HttpRequest) {
                requestsWaiting--;
            } else if (part instanceof HttpContent content) {
                bytesWaiting -= content.content().readableBytes();
            }
            if (waiting.isEmpty()) {
                connection.channel().config().setAutoRead(true); // first: Vert.x may not want it when it has the part
            }
            letThrough(connection, part);
        }
        connection.fireChannelReadComplete(); // Vert.x sends nothing before
    }

    private void letThrough(ChannelHandlerContext connection, Object part) {
        if (part instanceof HttpRequest request) {
            isAnswering = true;
            request.headers().remove(HttpHeaderNames.UPGRADE); // there is nothing to change to
            if (!isKnown(request.protocolVersion())) {
                request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("no version of HTTP/1")));
            }
        }
        if (isIncomplete && part instanceof LastHttpContent && bytesWaiting == 0) {
            isIncomplete = false;
            memory.ends(this);
        }
        connection.fireChannelRead(part);
    }

    /** As Vert.x knows it, which otherwise says 501: a failure of the server's. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isKnown(HttpVersion version) {
        return version == HttpVersion.HTTP_1_1 || version == HttpVersion.HTTP_1_0;
    }
}
