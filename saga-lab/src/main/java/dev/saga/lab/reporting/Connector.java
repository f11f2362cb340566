package dev.saga.lab.reporting;

import dev.saga.lab.stack.Pause;
import dev.saga.local.process.Launch;
import dev.saga.local.process.StartFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The connector {@code orders}, over the REST interface of Kafka Connect; the same steps as {@code register.sh}. */
public final class Connector {
    private static final Duration CALL = Duration.ofSeconds(10);
    private static final Duration STEP = Duration.ofMillis(500);
    private static final Set<Integer> NOT_YET = Set.of(404, 409, 500, 503);

    /** The state of a connector and its tasks together. */
    public enum State {
        RUNNING,
        FAILED,
        /** Anything that can still change by itself. */
        STARTING
    }

    /**
     * A state.
     *
     * @param reason the first line of a failed task's trace and its last cause; empty if nothing failed
     */
    public record Status(State state, String reason) {}

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final String url;

    /** @param connect the address of Kafka Connect */
    public Connector(String connect) {
        this.url = connect + "/connectors/orders";
    }

    /**
     * Creates or changes the connector and waits until it runs. Starts it again once if it has failed.
     *
     * @throws StartFailure if it does not run in time; its message has the reason
     */
    public void register(Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        put(end);
        boolean restarted = false;
        Status status = status();
        while (status.state() != State.RUNNING && System.nanoTime() < end) {
            if (status.state() == State.FAILED && restarted) {
                throw new StartFailure("The connector orders has FAILED: " + status.reason());
            }
            if (status.state() == State.FAILED) {
                restart();
                restarted = true;
                Pause.of(STEP.multipliedBy(3));
            }
            Pause.of(STEP);
            status = status();
        }
        if (status.state() != State.RUNNING) {
            throw new StartFailure("The connector orders is not RUNNING after " + atMost.toSeconds() + " s.");
        }
    }

    private void put(long end) {
        HttpResponse<String> response = call("PUT", "/config", configuration());
        while (NOT_YET.contains(response.statusCode()) && System.nanoTime() < end) {
            Pause.of(STEP);
            response = call("PUT", "/config", configuration());
        }
        if (response.statusCode() / 100 != 2) {
            throw new StartFailure("Kafka Connect refuses the connector orders with " + response.statusCode() + ": "
                    + json(response)
                            .path("message")
                            .asString("")
                            .lines()
                            .findFirst()
                            .orElse(""));
        }
    }

    private static String configuration() {
        try {
            return Files.readString(Launch.home().resolve("compose/connect/orders.json"));
        } catch (IOException e) {
            throw new StartFailure("compose/connect/orders.json cannot be read.", e);
        }
    }

    /** Starts the connector and its tasks again, those that have failed. */
    public void restart() {
        call("POST", "/restart?includeTasks=true&onlyFailed=true", "");
    }

    /** Returns the current state. */
    public Status status() {
        HttpResponse<String> response = call("GET", "/status", "");
        if (response.statusCode() != 200) {
            return new Status(State.STARTING, "");
        }
        JsonNode all = json(response);
        List<JsonNode> parts = Stream.concat(
                        Stream.of(all.path("connector")), all.path("tasks").valueStream())
                .toList();
        return parts.stream()
                .filter(part -> has(part, State.FAILED))
                .findFirst()
                .map(part -> new Status(State.FAILED, reason(part.path("trace").asString(""))))
                .orElseGet(() -> new Status(
                        parts.size() > 1 && parts.stream().allMatch(part -> has(part, State.RUNNING))
                                ? State.RUNNING
                                : State.STARTING,
                        ""));
    }

    private static boolean has(JsonNode part, State state) {
        return state.name().equals(part.path("state").asString(""));
    }

    static String reason(String trace) {
        List<String> lines = trace.lines().toList();
        return lines.stream()
                .filter(line -> line.startsWith("Caused by: "))
                .reduce((earlier, later) -> later)
                .map(cause -> lines.getFirst() + "\n" + cause)
                .orElse(lines.isEmpty() ? "" : lines.getFirst());
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    private HttpResponse<String> call(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(CALL)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new StartFailure("Kafka Connect does not respond: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure("interrupted", e);
        }
    }
}
