package dev.saga.web;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hangs up on whoever has begun a request and not ended it in time. There is one timer a connection, and it knows nothing of
 * the request: reactor-netty's own {@code requestTimeout} keeps one a request, with all that belongs to it, until the time
 * is over where a request is answered before its end was read. Orders refused at the door are such requests, and 2,700 a
 * second of them filled the heap.
 */
final class RequestDeadline extends ChannelInboundHandlerAdapter {
    private final long nanos;
    private boolean half;
    private long since;
    private @Nullable Future<?> look;

    /** @param limit from a request's head to its last byte */
    RequestDeadline(Duration limit) {
        this.nanos = limit.toNanos();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object part) {
        if (part instanceof HttpRequest) {
            half = true;
            since = context.executor().ticker().nanoTime();
            if (look == null) {
                lookAgain(context, nanos);
            }
        }
        if (part instanceof LastHttpContent) {
            half = false;
        }
        context.fireChannelRead(part);
    }

    private void lookAgain(ChannelHandlerContext context, long pause) {
        look = context.executor().schedule(() -> look(context), pause, TimeUnit.NANOSECONDS);
    }

    private void look(ChannelHandlerContext context) {
        look = null;
        if (half) {
            long left = since + nanos - context.executor().ticker().nanoTime();
            if (left > 0) {
                lookAgain(context, left);
            } else {
                ChannelFuture _ = context.close();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (look != null) {
            look.cancel(false);
        }
        context.fireChannelInactive();
    }
}
