package dev.saga.lab.ops;

import dev.saga.events.Participant;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The options of all operators' commands, and their calls through the gateway. */
class OpsCalls {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--gateway",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "Address of the gateway (default: http://127.0.0.1:8000).")
    private String gateway = "http://127.0.0.1:8000";

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            scope = ScopeType.INHERIT,
            description = "An operator's token (default: the variable SAGA_TOKEN, or none).")
    private @Nullable String token = System.getenv("SAGA_TOKEN");

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print the response as JSON.")
    boolean json;

    final CommandLine line() {
        return Objects.requireNonNull(spec).commandLine();
    }

    final PrintWriter out() {
        return line().getOut();
    }

    final Participant named(String service) {
        try {
            return Participant.named(service);
        } catch (IllegalArgumentException unknown) {
            throw new ParameterException(line(), unknown.getMessage());
        }
    }

    static Map<String, String> filter(@Nullable String saga, @Nullable String matching, Map<String, String> others) {
        Map<String, String> all = new TreeMap<>(others);
        if (saga != null) {
            all.put("transactionId", saga);
        }
        if (matching != null) {
            all.put("reason", matching);
        }
        return all;
    }

    final Answer get(Participant service, String path, Map<String, String> query) {
        String parameters = query.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + encoded(parameter.getValue()))
                .collect(Collectors.joining("&"));
        return client().call(service, "GET", path + (parameters.isEmpty() ? "" : "?" + parameters), null, Map.of());
    }

    final Answer change(
            Participant service, String method, String path, @Nullable String body, @Nullable String reason) {
        return client().call(service, method, path, body, reason == null ? Map.of() : Map.of("X-Reason", reason));
    }

    private SagaClient client() {
        SagaClient client = SagaClient.ofGateway(gateway);
        return token == null || token.isEmpty() ? client : client.with(token);
    }

    final int print(Answer answer, String... fields) {
        return print(answer, answer.body(), fields);
    }

    final int print(Answer answer, JsonNode rows, String... fields) {
        if (answer.status() >= 400) {
            line().getErr().println(answer.status() + " " + problem(answer));
            return 1;
        }
        if (json) {
            out().println(answer.body().isMissingNode() ? "" : answer.body().toString());
        } else if (fields.length == 0) {
            out().println("Done.");
        } else {
            new Table(List.of(fields))
                    .lines(rows.isArray() ? rows : array(rows))
                    .forEach(out()::println);
        }
        return 0;
    }

    private static JsonNode array(JsonNode one) {
        return JsonMapper.shared().createArrayNode().add(one);
    }

    private static String problem(Answer answer) {
        String detail = answer.text("detail");
        return detail == null ? String.valueOf(answer.response().body()) : detail;
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
