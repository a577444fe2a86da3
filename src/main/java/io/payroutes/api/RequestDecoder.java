package io.payroutes.api;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;

/** Vert.x's own, which also tells how much memory a request's head takes, while it is coming in and once it is there. */
final class RequestDecoder extends VertxHttpRequestDecoder {
    /** What the shortest header takes beside its bytes: a head of 8 kB may have two thousand of them. */
    private static final int HEADER = 200;

    private static final byte LINE_FEED = '\n';
    /** What a byte of the headers after a body may take, which cannot be counted before they are there. */
    private static final int TRAILER_BYTE = 64;

    private boolean isInBody;
    private int read;
    private int size;

    RequestDecoder() {
        super(new HttpServerOptions());
    }

    /** Of the head that was handed on last, in bytes. */
    int size() {
        return size;
    }

    /** Of what has come in and could not be handed on yet, in bytes. */
    int unfinishedSize() {
        return isInBody ? (read + actualReadableBytes()) * TRAILER_BYTE : read + actualReadableBytes();
    }

    @Override
    protected void decode(ChannelHandlerContext connection, ByteBuf received, List<Object> parts) throws Exception {
        int from = received.readerIndex();
        super.decode(connection, received, parts);
        int length = received.readerIndex() - from;
        read += isInBody ? length : length + HEADER * lines(received, from, length);
        if (parts.isEmpty()) {
            return;
        }
        if (parts.get(0) instanceof HttpRequest) {
            size = read;
        }
        read = 0;
        isInBody = !(parts.get(parts.size() - 1) instanceof LastHttpContent);
    }

    /** One for each header, and hardly more. */
    private static int lines(ByteBuf bytes, int from, int length) {
        int lines = 0;
        int end = from + length;
        for (int at = bytes.indexOf(from, end, LINE_FEED); at >= 0; at = bytes.indexOf(at + 1, end, LINE_FEED)) {
            lines++;
        }
        return lines;
    }
}
