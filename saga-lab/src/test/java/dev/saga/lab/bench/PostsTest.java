package dev.saga.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.saga.lab.bench.Posts.Answer;
import dev.saga.lab.stack.Pause;
import dev.saga.local.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PostsTest {
    /** Number of connections; lower than the number that this server keeps idle. */
    private static final int MOST = 50;

    private static final Duration LATE = Duration.ofMillis(300);

    private final Set<InetSocketAddress> callers = ConcurrentHashMap.newKeySet();
    private final HttpServer server =
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 2000);
    private final String url = "http://127.0.0.1:" + server.getAddress().getPort();

    PostsTest() throws IOException {
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /**
     * Returns path and body in {@code Location}. Closes the connection after its response to {@code /last} and without a
     * response to {@code /never}; delays its response to {@code /late}.
     */
    private void answer(HttpExchange exchange) throws IOException {
        callers.add(exchange.getRemoteAddress());
        String path = exchange.getRequestURI().getPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (path.equals("/never")) {
            exchange.close();
            return;
        }
        if (path.equals("/late")) {
            Pause.of(LATE);
        }
        if (path.equals("/last")) {
            exchange.getResponseHeaders().set("Connection", "close");
        }
        exchange.getResponseHeaders().set("Location", path + "#" + body);
        exchange.sendResponseHeaders(201, 2);
        exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
        exchange.close();
    }

    private static CompletableFuture<Answer> post(Posts posts, String path, String body) {
        var answer = new CompletableFuture<Answer>();
        posts.post(path, body, answer::complete);
        return answer.orTimeout(20, TimeUnit.SECONDS);
    }

    @Test
    void reusesConnections() {
        try (var posts = new Posts(url, MOST)) {
            for (int number = 0; number < 20; number++) {
                assertThat(post(posts, "/orders", "ü" + number).join())
                        .isEqualTo(new Answer(201, "/orders#ü" + number));
            }
        }
        assertThat(callers).hasSize(1);
    }

    @Test
    void sendsMoreRequestsAtOnceThanItHasConnectionsAndEachGetsItsOwnResponse() {
        try (var posts = new Posts(url, MOST)) {
            List<CompletableFuture<Answer>> answers = IntStream.range(0, 3000)
                    .mapToObj(number -> post(posts, "/orders", String.valueOf(number)))
                    .toList();
            for (int number = 0; number < answers.size(); number++) {
                assertThat(answers.get(number).join()).isEqualTo(new Answer(201, "/orders#" + number));
            }
        }
        assertThat(callers).hasSizeLessThanOrEqualTo(MOST);
    }

    @Test
    void aClosedConnectionGivesStatusZeroAndTheNextRequestUsesANewOne() {
        try (var posts = new Posts(url, MOST)) {
            assertThat(post(posts, "/last", "").join().status()).isEqualTo(201);
            assertThat(post(posts, "/never", "").join()).isEqualTo(new Answer(0, ""));
            assertThat(post(posts, "/orders", "").join().status()).isEqualTo(201);
        }
        assertThat(callers).hasSize(3);
    }

    @Test
    void withoutAServerTheStatusIsZero() {
        try (var posts = new Posts("http://127.0.0.1:" + Ports.any(), MOST)) {
            assertThat(post(posts, "/orders", "").join().status()).isZero();
            assertThat(post(posts, "/orders", "").join().status()).isZero();
        }
    }

    @Test
    void waitsForResponsesBeforeItCloses() {
        CompletableFuture<Answer> answer;
        try (var posts = new Posts(url, MOST)) {
            answer = post(posts, "/late", "");
        }
        assertThat(answer).isCompletedWithValue(new Answer(201, "/late#"));
    }

    @Test
    void acceptsPlainHttpUrlsOnly() {
        assertThatThrownBy(() -> Target.elsewhere("https://127.0.0.1:8081", null, null))
                .hasMessage("--url must be like http://host:8081 but is https://127.0.0.1:8081");
    }
}
