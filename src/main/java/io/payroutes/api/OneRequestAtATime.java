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
 * Vert.x would read on and on, and hold all requests that come without waiting, and all answers that nobody takes. What comes in
 * counts as memory until it is answered.
 */
final class OneRequestAtATime extends ChannelDuplexHandler implements RequestMemory.Holder {
    /** More than whoever sends several at a time has need of. With more the connection is ended. */
    private static final int MOST_WAITING = 16;
    /** What a part of a body takes beside its bytes while it waits. */
    private static final int PART = 200;

    private final RequestMemory memory;
    private final RequestDecoder decoder;
    private @Nullable ChannelHandlerContext place;
    private final AtomicLong held = new AtomicLong();
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private int requestsWaiting;
    private long heldByWaiting;
    private int heldByUnfinished;
    private boolean isAnswering;
    private boolean isBodyOpen;
    private boolean isIncomplete;
    private volatile long since;
    private volatile boolean isOver;

    OneRequestAtATime(RequestMemory memory, RequestDecoder decoder) {
        this.memory = memory;
        this.decoder = decoder;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        place = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext connection, Object part) {
        boolean mayPass = waiting.isEmpty() && !(isAnswering && part instanceof HttpRequest);
        isBodyOpen = !(part instanceof LastHttpContent);
        int size = size(part);
        if (!mayPass) {
            size += PART;
            isComingIn();
        }
        if (part instanceof HttpRequest || isAnswering || !mayPass) {
            hold(size - heldByUnfinished);
            heldByUnfinished = 0;
        }
        if (isOver) {
            ReferenceCountUtil.release(part);
        } else if (mayPass) {
            letThrough(connection, part);
        } else {
            connection.channel().config().setAutoRead(false);
            waiting.add(new Waiting(part, size));
            heldByWaiting += size;
            if (part instanceof HttpRequest && ++requestsWaiting > MOST_WAITING) {
                end();
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext connection) {
        int unfinished = decoder.unfinishedSize();
        if (unfinished > 0 || isBodyOpen) {
            isComingIn();
        }
        hold(unfinished - heldByUnfinished);
        heldByUnfinished = unfinished;
        connection.fireChannelReadComplete();
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
            giveBack();
            if (!waiting.isEmpty()) {
                connection.executor().execute(() -> letNextThrough(connection)); // not in the middle of writing
            }
        });
        ChannelFuture unused = connection.write(part, taken);
    }

    @Override
    public void channelInactive(ChannelHandlerContext connection) {
        end();
        waiting.forEach(one -> ReferenceCountUtil.release(one.part));
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

    private int size(Object part) {
        return part instanceof HttpRequest
                ? decoder.size()
                : ((HttpContent) part).content().readableBytes();
    }

    private void hold(int more) {
        if (more > 0) {
            held.addAndGet(more);
            memory.take(this, more);
        }
    }

    /** What the request took that is answered, but for what is still there of it or after it. */
    private void giveBack() {
        long stays = heldByWaiting + heldByUnfinished + (isBodyOpen ? decoder.size() : 0);
        long before = held.getAndUpdate(bytes -> Math.min(bytes, stays));
        memory.giveBack(before - Math.min(before, stays));
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
        while (!isOver && !waiting.isEmpty() && !(isAnswering && waiting.peek().part instanceof HttpRequest)) {
            Waiting next = waiting.remove();
            heldByWaiting -= next.size;
            if (next.part instanceof HttpRequest) {
                requestsWaiting--;
            }
            if (waiting.isEmpty()) {
                connection.channel().config().setAutoRead(true); // first: Vert.x may not want it when it has the part
            }
            letThrough(connection, next.part);
        }
        connection.fireChannelReadComplete(); // Vert.x sends nothing before
    }

    private void letThrough(ChannelHandlerContext connection, Object part) {
        if (part instanceof HttpRequest request) {
            isAnswering = true;
            request.headers().remove(HttpHeaderNames.UPGRADE); // there is nothing to change to
            if (!isKnown(request.protocolVersion())) {
                request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("no version of HTTP/1")));
            } else if (request.headers().getAll(HttpHeaderNames.HOST).size() > 1) { // RFC 9112, 3.2
                request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("more hosts than one")));
            }
        }
        if (part instanceof LastHttpContent) {
            if (isIncomplete && heldByWaiting == 0 && heldByUnfinished == 0) {
                isIncomplete = false;
                memory.ends(this);
            }
            if (!isAnswering) {
                giveBack();
            }
        }
        connection.fireChannelRead(part);
    }

    /** As Vert.x knows it, which otherwise says 501: a failure of the server's. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isKnown(HttpVersion version) {
        return version == HttpVersion.HTTP_1_1 || version == HttpVersion.HTTP_1_0;
    }

    /** @param size bytes of memory that it takes */
    private record Waiting(Object part, int size) {}
}
