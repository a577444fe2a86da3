package io.payroutes.api;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.impl.Http1xOrH2CHandler;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;

/**
 * Keeps all connections to HTTP/1, one request at a time. Without TLS nobody in front of this program speaks HTTP/2, and whoever
 * does anyway may ask for any number of things at a time and take none of the answers. To be put before what servers do with
 * new connections. Thread-safe.
 */
@Sharable
final class HttpOneOnly extends ChannelInboundHandlerAdapter {
    private final RequestMemory memory;

    /** @param memory what the requests of all connections may hold */
    HttpOneOnly(RequestMemory memory) {
        this.memory = memory;
    }

    /** A server has a new connection. */
    @Override
    public void channelRead(ChannelHandlerContext server, Object accepted) {
        ((Channel) accepted).pipeline().addFirst(new FirstBytes(memory, false));
        server.fireChannelRead(accepted);
    }

    /** Sees to it that Vert.x has decided on HTTP/1 before there is a whole request. */
    private static final class FirstBytes extends ChannelInboundHandlerAdapter {
        /** No method of HTTP/1 begins as HTTP/2 does: {@code PRI *}. */
        private static final int ENOUGH_TO_TELL = 4;

        private static final String DECODER = "httpDecoder";
        private static final String ENCODER = "httpEncoder";

        private final RequestMemory memory;
        private final boolean isBehindTls;
        private int told;

        FirstBytes(RequestMemory memory, boolean isBehindTls) {
            this.memory = memory;
            this.isBehindTls = isBehindTls;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object received) {
            ByteBuf bytes = (ByteBuf) received;
            ChannelPipeline connection = context.pipeline();
            while (connection.get(Http1xOrH2CHandler.class) != null) {
                if (told == ENOUGH_TO_TELL) {
                    bytes.release();
                    ChannelFuture unused = context.close();
                    return;
                }
                if (!bytes.isReadable()) {
                    bytes.release();
                    return;
                }
                told++;
                context.fireChannelRead(bytes.readRetainedSlice(1));
            }
            ChannelHandlerContext tls = connection.context(SslHandler.class);
            if (tls != null && !isBehindTls) {
                connection.addAfter(tls.name(), null, new FirstBytes(memory, true));
                connection.remove(this);
            } else if (connection.get(ENCODER) != null) {
                RequestDecoder decoder = new RequestDecoder();
                connection.replace(VertxHttpRequestDecoder.class, DECODER, decoder);
                connection.addAfter(ENCODER, null, new OneRequestAtATime(memory, decoder));
                connection.remove(this);
            }
            context.fireChannelRead(bytes);
        }
    }
}
