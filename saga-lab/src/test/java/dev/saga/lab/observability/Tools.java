package dev.saga.lab.observability;

import dev.saga.lab.fixture.Checkout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files of {@code compose/observability}, and the programs that read them. */
final class Tools {
    static final Path FOLDER = Checkout.HOME.resolve("compose/observability");
    static final Path RULES = FOLDER.resolve("alerts.yml");
    private static final Path DASHBOARD = FOLDER.resolve("grafana/saga.json");

    private Tools() {}

    /** An alert rule. */
    record Alert(String name, String query, String runbook) {}

    static List<Alert> alerts() {
        Map<String, List<Map<String, Object>>> file = new Yaml().load(Checkout.text(RULES));
        return file.get("groups").stream()
                .flatMap(group -> rules(group).stream())
                .map(rule -> new Alert(
                        String.valueOf(rule.get("alert")),
                        String.valueOf(rule.get("expr")),
                        String.valueOf(((Map<?, ?>) rule.get("annotations")).get("runbook_url"))))
                .toList();
    }

    @SuppressWarnings("unchecked") // the form of rules, which promtool checks
    private static List<Map<String, Object>> rules(Map<String, Object> group) {
        return (List<Map<String, Object>>) group.get("rules");
    }

    /** Returns the queries of the dashboard, with a rate over this interval. */
    static List<String> dashboard(String rateInterval) {
        JsonNode panels = JsonMapper.shared().readTree(Checkout.text(DASHBOARD)).path("panels");
        return stream(panels)
                .flatMap(panel -> stream(panel.path("targets")))
                .map(target -> target.path("expr").asString().replace("$__rate_interval", rateInterval))
                .toList();
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /** Returns true if the program can be started. */
    static boolean isInstalled(String program) {
        try {
            Process version = new ProcessBuilder(program, "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return version.waitFor() == 0;
        } catch (IOException missing) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
