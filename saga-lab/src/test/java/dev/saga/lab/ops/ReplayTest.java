package dev.saga.lab.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Replays more sagas than one request handles, at a gateway that has two pages of them. */
class ReplayTest {
    private static final String FIRST_PAGE = """
            {"dryRun":false,"sagas":[{"transactionId":"a","firstId":17,"letters":2,"replayed":0,"stoppedAt":17,\
            "reason":"not JSON"}],"letters":2,"replayed":0,"more":true,"next":17}""";
    private static final String LAST_PAGE = """
            {"dryRun":false,"sagas":[{"transactionId":"b","firstId":40,"letters":3,"replayed":3,"stoppedAt":null,\
            "reason":null}],"letters":3,"replayed":3,"more":false,"next":null}""";

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private HttpServer gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        gateway.createContext("/", this::respond);
        gateway.start();
    }

    @AfterEach
    void stop() {
        gateway.stop(0);
    }

    private void respond(HttpExchange call) throws IOException {
        String request = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(request);
        byte[] page = page(request).getBytes(StandardCharsets.UTF_8);
        call.getResponseHeaders().add("Content-Type", "application/json");
        call.sendResponseHeaders(200, page.length);
        try (var body = call.getResponseBody()) {
            body.write(page);
        }
    }

    private static String page(String request) {
        if (request.contains("\"dryRun\":true")) {
            return FIRST_PAGE.replace("\"stoppedAt\":17", "\"stoppedAt\":null");
        }
        return request.contains("\"after\":17") ? LAST_PAGE : FIRST_PAGE;
    }

    private int replay(String... options) {
        List<String> arguments = new ArrayList<>(List.of("replay", "payment-svc"));
        arguments.addAll(List.of(options));
        arguments.addAll(
                List.of("--gateway", "http://127.0.0.1:" + gateway.getAddress().getPort()));
        return new CommandLine(new OpsCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    @Test
    void triesEachSagaOnceAlthoughTheFirstOnesFailAgain() {
        assertThat(replay("--apply")).as("one saga failed again").isEqualTo(1);

        assertThat(requests).hasSize(2);
        assertThat(out.toString()).contains("not JSON", "5 letters of 2 sagas; 3 replayed.");
        assertThat(err.toString())
                .isEqualTo("1 sagas so far, 0 letters replayed, 1 sagas stopped at a letter that failed again\n");
    }

    @Test
    void aDryRunAsksForOnePageAndSaysHowToSeeTheNext() {
        assertThat(replay("--saga", "a")).as("nothing failed").isZero();

        assertThat(requests).hasSize(1);
        assertThat(out.toString())
                .contains(
                        "2 letters of 1 sagas; nothing was done: repeat it with --apply. More match: --after=17 lists them.");
    }
}
