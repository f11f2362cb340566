package dev.saga.web.stream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.netty.http.server.HttpServerRequest;

/** The end of a caller's connection. A subscriber that cancels leaves no listener on a kept connection. */
public final class ConnectionEnd {
    private ConnectionEnd() {}

    /** Completes when the connection of a request ends; never completes if the request has no connection. */
    public static Mono<Void> of(ServerHttpRequest request) {
        return ServerHttpRequestDecorator.getNativeRequest(request) instanceof HttpServerRequest connected
                ? Mono.create(end -> connected.withConnection(connection -> notifyOnce(connection.channel(), end)))
                : Mono.never();
    }

    /** Avoids {@code connection.onDispose()}, whose listeners stay until the connection ends. */
    private static void notifyOnce(Channel channel, MonoSink<Void> end) {
        ChannelFuture closed = channel.closeFuture();
        ChannelFutureListener listener = future -> end.success();
        closed.addListener(listener);
        end.onDispose(() -> closed.removeListener(listener));
    }
}
