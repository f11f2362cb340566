package dev.saga.lab.bench;

import static java.util.Objects.requireNonNull;

import dev.saga.lab.stack.Pause;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Posts JSON to one server over kept connections. One thread does it all and waits for nothing: the load shares the cores
 * of what it measures. What finds no connection waits for one, without a bound: whoever posts has to have one.
 */
final class Posts implements AutoCloseable {
    private static final int HTTP = 80;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration LOOK = Duration.ofMillis(10);

    private final int mostConnections;
    private final String host;
    private final Bootstrap bootstrap;
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final AtomicInteger unanswered = new AtomicInteger();

    /** These four belong to the loop. */
    private final Deque<Request> waiting = new ArrayDeque<>();

    private final Deque<Connection> idle = new ArrayDeque<>();
    private int opening;
    private int open;

    /**
     * What the server said.
     *
     * @param status 0 where there was no answer
     * @param location empty where none was given
     */
    record Answer(int status, String location) {
        private static final Answer NONE = new Answer(0, "");
    }

    private record Request(String path, String body, Consumer<Answer> then) {}

    Posts(String url, int mostConnections) {
        this.mostConnections = mostConnections;
        URI address = URI.create(url);
        host = address.getAuthority();
        bootstrap = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .remoteAddress(address.getHost(), address.getPort() < 0 ? HTTP : address.getPort())
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new HttpClientCodec(), new Connection());
                    }
                });
    }

    /** Posts, and tells {@code then} what came of it, on the loop's thread. */
    void post(String path, String body, Consumer<Answer> then) {
        unanswered.incrementAndGet();
        loop.execute(() -> {
            waiting.add(new Request(path, body, then));
            send();
        });
    }

    /** The connection that was used last is the first to be used again: its buffers are warm. */
    private void send() {
        while (!waiting.isEmpty() && !idle.isEmpty()) {
            idle.removeLast().send(waiting.removeFirst());
        }
        while (waiting.size() > opening && open < mostConnections) {
            open++;
            opening++;
            bootstrap.connect().addListener((ChannelFuture connection) -> {
                if (!connection.isSuccess()) {
                    notConnected();
                }
            });
        }
    }

    /** Whoever waits for longest has no answer. */
    private void notConnected() {
        opening--;
        open--;
        Request request = waiting.pollFirst();
        if (request != null) {
            answered(request, Answer.NONE);
        }
        send();
    }

    private void answered(Request request, Answer answer) {
        request.then.accept(answer);
        unanswered.decrementAndGet();
    }

    private final class Connection extends SimpleChannelInboundHandler<HttpObject> {
        private @Nullable ChannelHandlerContext context;
        private @Nullable Request current;
        private Answer answer = Answer.NONE;
        private boolean kept = true;

        void send(Request request) {
            ChannelHandlerContext wire = requireNonNull(context);
            current = request;
            answer = Answer.NONE;
            ByteBuf body = ByteBufUtil.writeUtf8(wire.alloc(), request.body);
            var message = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, request.path, body);
            message.headers()
                    .set(HttpHeaderNames.HOST, host)
                    .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                    .setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
            wire.writeAndFlush(message).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }

        @Override
        public void channelActive(ChannelHandlerContext wire) {
            context = wire;
            opening--;
            idle.add(this);
            Posts.this.send();
        }

        @Override
        protected void channelRead0(ChannelHandlerContext wire, HttpObject part) {
            if (part instanceof HttpResponse response) {
                answer = new Answer(response.status().code(), response.headers().get(HttpHeaderNames.LOCATION, ""));
                kept = HttpUtil.isKeepAlive(response);
            }
            if (part instanceof LastHttpContent && current != null) {
                Request done = current;
                current = null;
                if (kept) {
                    idle.add(this);
                } else {
                    close(wire);
                }
                answered(done, answer);
                Posts.this.send();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext wire) {
            open--;
            idle.remove(this);
            if (current != null) {
                answered(current, Answer.NONE);
                current = null;
            }
            Posts.this.send();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext wire, Throwable broken) {
            close(wire);
        }

        private static void close(ChannelHandlerContext wire) {
            ChannelFuture _ = wire.close();
        }
    }

    /** Waits for the answers that are under way, for at most a minute. */
    @Override
    public void close() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (unanswered.get() > 0 && System.nanoTime() < end) {
            Pause.of(LOOK);
        }
        group.shutdownGracefully(0, PATIENCE.toMillis(), TimeUnit.MILLISECONDS).syncUninterruptibly();
    }
}
