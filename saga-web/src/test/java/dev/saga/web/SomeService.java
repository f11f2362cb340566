package dev.saga.web;

import dev.saga.web.stream.Streams;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;

/** A service with everything that all services share, on free ports of loopback. */
final class SomeService implements AutoCloseable {
    private final ConfigurableApplicationContext context;

    SomeService(String... settings) {
        var application = new SpringApplication(Application.class);
        application.setRegisterShutdownHook(false);
        String[] all = Stream.concat(
                        Stream.of(
                                "--spring.application.name=some-svc",
                                "--spring.config.import=classpath:saga-http.yaml",
                                "--server.port=0"),
                        Stream.of(settings))
                .toArray(String[]::new);
        context = application.run(all);
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @Import(Routes.class)
    static class Application {}

    @RestController
    static final class Routes {
        private final Streams streams;

        Routes(Streams streams) {
            this.streams = streams;
        }

        record Note(String text) {}

        @GetMapping("/echo")
        String echo(@RequestParam(defaultValue = "") String t) {
            return t;
        }

        @PostMapping("/note")
        Note note(@RequestBody Note note) {
            return note;
        }

        @GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Flux<ServerSentEvent<String>> stream(ServerWebExchange exchange) {
            return streams.of(
                    exchange, "ann", Flux.just(ServerSentEvent.builder("news").build()));
        }
    }

    /** A response as received. */
    record Answer(String status, List<String> head, String body) {
        int code() {
            return Integer.parseInt(status.split(" ")[1]);
        }

        String header(String name) {
            return head.stream()
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }
    }

    int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    Answer get(String target, String... headers) throws IOException {
        return send("GET " + target + " HTTP/1.1", "", headers);
    }

    /** Sends one request on its own connection. A {@code Host} among the headers replaces the default one. */
    Answer send(String first, String body, String... headers) throws IOException {
        return send(port(), first, body, headers);
    }

    static Answer send(int port, String first, String body, String... headers) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            List<String> lines = new ArrayList<>(List.of(headers));
            if (lines.stream().noneMatch(line -> line.startsWith("Host:"))) {
                lines.add("Host: localhost");
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            lines.add("Content-Length: " + bytes.length);
            lines.add("Connection: close");
            socket.getOutputStream()
                    .write((first + "\r\n" + String.join("\r\n", lines) + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.UTF_8));
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String status = in.readLine();
            List<String> head = new ArrayList<>();
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                head.add(line);
            }
            return new Answer(status, head, String.join("\n", in.lines().toList()));
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
