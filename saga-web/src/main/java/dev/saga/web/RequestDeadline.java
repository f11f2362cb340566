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
 * Closes a connection if a request on it has begun and does not end in time. It keeps one timer per connection and no
 * reference to the request. The {@code requestTimeout} of reactor-netty keeps one timer per request, with all its
 * objects, until the time is over if the response is sent before the request was read. Refused orders are such
 * requests: 2,700 of them per second filled the heap.
 */
final class RequestDeadline extends ChannelInboundHandlerAdapter {
    private final long nanos;
    private boolean unfinished;
    private long since;
    private @Nullable Future<?> check;

    /** @param limit longest time from the head of a request to its last byte */
    RequestDeadline(Duration limit) {
        this.nanos = limit.toNanos();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object part) {
        if (part instanceof HttpRequest) {
            unfinished = true;
            since = context.executor().ticker().nanoTime();
            if (check == null) {
                scheduleCheck(context, nanos);
            }
        }
        if (part instanceof LastHttpContent) {
            unfinished = false;
        }
        context.fireChannelRead(part);
    }

    private void scheduleCheck(ChannelHandlerContext context, long pause) {
        check = context.executor().schedule(() -> check(context), pause, TimeUnit.NANOSECONDS);
    }

    private void check(ChannelHandlerContext context) {
        check = null;
        if (unfinished) {
            long left = since + nanos - context.executor().ticker().nanoTime();
            if (left > 0) {
                scheduleCheck(context, left);
            } else {
                ChannelFuture _ = context.close();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (check != null) {
            check.cancel(false);
        }
        context.fireChannelInactive();
    }
}
