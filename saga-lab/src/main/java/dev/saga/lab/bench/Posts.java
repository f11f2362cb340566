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
 * An HTTP client that posts JSON to one server over kept connections. One thread does all the work without blocking,
 * because the load shares the cores with the system that it measures. A request without a free connection waits in an
 * unbounded queue: the caller has to limit its requests.
 */
final class Posts implements AutoCloseable {
    private static final int HTTP = 80;
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(10);

    private final int mostConnections;
    private final String host;
    private final Bootstrap bootstrap;
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final AtomicInteger unanswered = new AtomicInteger();

    /** Only the event loop accesses these four fields. */
    private final Deque<Request> waiting = new ArrayDeque<>();

    private final Deque<Connection> idle = new ArrayDeque<>();
    private int opening;
    private int open;

    /**
     * The server's response.
     *
     * @param status 0 if there was no response
     * @param location empty if the response has none
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

    /** Posts a request; calls {@code then} with the result on the thread of the event loop. */
    void post(String path, String body, Consumer<Answer> then) {
        unanswered.incrementAndGet();
        loop.execute(() -> {
            waiting.add(new Request(path, body, then));
            send();
        });
    }

    /** Sends waiting requests. Prefers the connection that was used last, because its buffers are warm. */
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

    /** Fails the oldest waiting request. */
    private void notConnected() {
        opening--;
        open--;
        Request request = waiting.pollFirst();
        if (request != null) {
            complete(request, Answer.NONE);
        }
        send();
    }

    private void complete(Request request, Answer answer) {
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
                complete(done, answer);
                Posts.this.send();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext wire) {
            open--;
            idle.remove(this);
            if (current != null) {
                complete(current, Answer.NONE);
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

    /** Waits at most a minute for the open responses. */
    @Override
    public void close() {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (unanswered.get() > 0 && System.nanoTime() < end) {
            Pause.of(POLL);
        }
        group.shutdownGracefully(0, TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).syncUninterruptibly();
    }
}
