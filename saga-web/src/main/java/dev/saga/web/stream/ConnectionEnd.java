package dev.saga.web.stream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.netty.http.server.HttpServerRequest;

/** The end of a caller's connection. A waiter that goes leaves nothing behind on a connection that is kept. */
public final class ConnectionEnd {
    private ConnectionEnd() {}

    /** Completes when the connection of a request ends; never if the request came over none. */
    public static Mono<Void> of(ServerHttpRequest request) {
        return ServerHttpRequestDecorator.getNativeRequest(request) instanceof HttpServerRequest connected
                ? Mono.create(end -> connected.withConnection(connection -> notifyOnce(connection.channel(), end)))
                : Mono.never();
    }

    /** Not {@code connection.onDispose()}: its listeners stay for as long as the connection does. */
    private static void notifyOnce(Channel channel, MonoSink<Void> end) {
        ChannelFuture closed = channel.closeFuture();
        ChannelFutureListener listener = future -> end.success();
        closed.addListener(listener);
        end.onDispose(() -> closed.removeListener(listener));
    }
}
