package dev.saga.lab.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.saga.event.TransactionId;
import dev.saga.events.Participant;
import dev.saga.events.PaymentEvent;
import dev.saga.lab.fixture.Checkout;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.observability.Exposition.Family;
import dev.saga.lab.observability.Exposition.Sample;
import dev.saga.lab.observability.Query.Selector;
import dev.saga.lab.observability.Tools.Alert;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.stack.ServiceProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares the page of metrics, the alert rules and the dashboard with what running services export after an order that
 * was paid, one that was rolled back, a record that was parked, and an answer to an order that does not exist.
 */
@Order(RunningSystem.BEHIND_GATEWAY)
class MetricsIT {
    private static final Path PAGE = Checkout.HOME.resolve("docs/operate/metrics.md");
    private static final Path EXPECTED = Checkout.HOME.resolve("saga-lab/target/metrics.md");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Metrics that Prometheus or Kafka Connect makes, see {@link AlertsTest}. */
    private static final Set<String> OF_OTHERS =
            Set.of("up", "kafka_connect_tasks", "kafka_connect_dead_letters_total");

    /** Labels that Prometheus adds, and the bounds of histograms. */
    private static final Set<String> ADDED = Set.of("job", "instance", "le");

    private static final Pattern METRIC = Pattern.compile("\\bsaga_[a-z_]+");

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final RunningSystem system = RunningSystem.behindGateway();
    private final SagaClient client = system.client();
    private final String parked = UUID.randomUUID().toString();

    private void playSagas() {
        client.stock("METRICS", 100, 1_000);
        assertThat(client.submitAndWait("mia", "{\"productId\":\"METRICS\",\"qty\":1}")
                        .text("status"))
                .isEqualTo("CONFIRMED");
        String declined = "{\"lines\":[{\"productId\":\"METRICS\",\"qty\":1}],\"paymentToken\":\"tok_decline\"}";
        assertThat(client.submitAndWait("mia", declined).text("status")).isEqualTo("CANCELLED");
        system.put("order", parked, "garbage");
        system.wire.publish(new PaymentEvent.Voided(TransactionId.of(parked)));
        await().atMost(PATIENCE)
                .until(() -> system.stack.instances().stream()
                        .filter(instance -> instance.meter("saga_dead_letters{") > 0)
                        .map(ServiceProcess::program)
                        .collect(Collectors.toSet())
                        .equals(Set.of("order-svc", "inventory-svc", "payment-svc")));
    }

    @AfterEach
    void discard() {
        for (Participant service : Participant.values()) {
            SagaClient.Answer letters = client.call(service, "GET", "/dead-letters?transactionId=" + parked, null);
            for (JsonNode letter : letters.expect(200).body()) {
                client.call(
                                service,
                                "DELETE",
                                "/dead-letters/" + letter.path("id").asString(),
                                null)
                        .expect(204);
            }
        }
    }

    @Test
    void thePageListsEveryMeterOfTheRunningServices() throws Exception {
        playSagas();
        Map<String, Exposition> exported = scrape();
        Set<String> used = queries()
                .flatMap(query -> query.selectors().stream())
                .map(Selector::metric)
                .collect(Collectors.toSet());
        String page = Checkout.text(PAGE);
        String expected = page.replaceFirst("(?s)\n## .*", "")
                + table("Of the services", exported, family -> family.name().startsWith("saga_"))
                + table(
                        "Of the platform, as far as alerts or the dashboard use them",
                        exported,
                        family -> !family.name().startsWith("saga_") && used.contains(family.name()));
        Files.writeString(EXPECTED, expected);

        assertThat(page).as("Copy %s to %s.", EXPECTED, PAGE).isEqualTo(expected);
    }

    private static String table(
            String title, Map<String, Exposition> exported, java.util.function.Predicate<Family> wanted) {
        Map<String, Family> families = new TreeMap<>();
        exported.values()
                .forEach(each -> each.families().values().stream()
                        .filter(wanted)
                        .filter(family -> !family.name().endsWith("_max")) // of a histogram
                        .forEach(family -> families.put(family.name(), family)));
        return families.values().stream()
                .map(family -> row(family, exported))
                .collect(Collectors.joining(
                        "",
                        "\n## " + title + "\n\n| metric | type | labels | exported by | meaning |\n"
                                + "| --- | --- | --- | --- | --- |\n",
                        ""));
    }

    private static String row(Family family, Map<String, Exposition> exported) {
        Set<String> labels = new TreeSet<>();
        Set<String> services = new TreeSet<>();
        exported.forEach((service, exposition) -> {
            List<Sample> samples = exposition.of(family);
            samples.forEach(sample -> labels.addAll(sample.labels().keySet()));
            if (!samples.isEmpty()) {
                services.add(service);
            }
        });
        labels.remove("le");
        return "| `%s` | %s | %s | %s | %s |\n"
                .formatted(
                        family.name(),
                        family.type(),
                        labels.stream().map(label -> "`" + label + "`").collect(Collectors.joining(", ")),
                        services.size() == 4 ? "all" : String.join(", ", services),
                        family.help());
    }

    private static Stream<Query> queries() {
        return Stream.concat(Tools.alerts().stream().map(Alert::query), Tools.dashboard("1m").stream())
                .map(Query::of);
    }

    /** Returns what each service exports; the first instance of each stands for all. */
    private Map<String, Exposition> scrape() throws Exception {
        Map<String, Exposition> exported = new TreeMap<>();
        for (ServiceProcess process : system.stack.processes()) {
            exported.putIfAbsent(
                    process.program(),
                    Exposition.parse(get(process.url() + "/actuator/prometheus").body()));
        }
        return exported;
    }

    @Test
    void logLinesAreJsonWithTheIdsOfSagaAndEventIfRequested() throws Exception {
        client.stock("METRICS", 100, 1_000);
        String saga = client.submitAndWait("mia", "{\"productId\":\"METRICS\",\"qty\":1}")
                .expect(201)
                .text("orderId");
        for (ServiceProcess process : system.stack.processes()) {
            assertThat(logOf(process))
                    .as(process.name())
                    .isNotEmpty()
                    .allSatisfy(line ->
                            assertThat(line.at("/service/name").asString()).isEqualTo(process.program()));
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(system.stack.instances().stream()
                                .flatMap(instance -> logOf(instance).stream())
                                .filter(line ->
                                        line.path("transaction_id").asString("").equals(saga))
                                .filter(line ->
                                        !line.path("event_id").asString("").isEmpty())
                                .map(line -> line.at("/service/name").asString()))
                        .contains("order-svc", "inventory-svc", "payment-svc"));
    }

    private static List<JsonNode> logOf(ServiceProcess process) {
        return Checkout.text(process.process().log())
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(line -> JsonMapper.shared().readTree(line))
                .toList();
    }

    private static HttpResponse<String> get(String address) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void everyMetricThatTheLabAndTheConsoleReadIsExported() throws Exception {
        playSagas();
        Set<String> exported = scrape().values().stream()
                .flatMap(each -> each.samples().stream())
                .map(Sample::name)
                .collect(Collectors.toSet());
        assertThat(Checkout.files(MetricsIT::readsMetrics))
                .isNotEmpty()
                .allSatisfy(file -> assertThat(
                                METRIC.matcher(Checkout.text(file)).results().map(MatchResult::group))
                        .isSubsetOf(exported));
    }

    private static boolean readsMetrics(Path file) {
        return file.startsWith(Checkout.HOME.resolve("saga-lab/src/main"))
                || file.startsWith(Checkout.HOME.resolve("gateway-svc/src/main/resources/static"));
    }

    @Test
    void everyMetricOfAlertsAndDashboardIsExportedWithItsLabels() throws Exception {
        playSagas();
        List<Sample> samples = scrape().values().stream()
                .flatMap(each -> each.samples().stream())
                .toList();

        assertThat(queries()).isNotEmpty().allSatisfy(query -> {
            List<Selector> own = query.selectors().stream()
                    .filter(selector -> !OF_OTHERS.contains(selector.metric()))
                    .toList();
            assertThat(own)
                    .as(query.text())
                    .allSatisfy(selector ->
                            assertThat(samples).as("%s", selector).anyMatch(sample -> isSelected(sample, selector)));
            assertThat(samples)
                    .as(query.text())
                    .anyMatch(sample -> own.isEmpty() || groups(sample, query, own.getFirst()));
        });
    }

    private static boolean isSelected(Sample sample, Selector selector) {
        return sample.name().equals(selector.metric())
                && selector.conditions().stream()
                        .allMatch(condition -> condition.matches(sample.labels().getOrDefault(condition.label(), "")));
    }

    private static boolean groups(Sample sample, Query query, Selector selector) {
        Set<String> labels = new TreeSet<>(query.labels());
        labels.removeAll(ADDED);
        return isSelected(sample, selector) && sample.labels().keySet().containsAll(labels);
    }

    @Test
    void prometheusHasDataForEveryQueryOfTheDashboardAndAcceptsEveryAlert() throws Exception {
        assumeTrue(Tools.isInstalled("prometheus"), "no prometheus: install Debian's package prometheus");
        try (Prometheus prometheus = Prometheus.scraping(system.stack.processes())) {
            playSagas();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(Tools.dashboard("15s"))
                            .allSatisfy(query -> assertThat(prometheus.values(query))
                                    .as(query)
                                    .anyMatch(value -> !value.isNaN())));
            for (Alert alert : Tools.alerts()) {
                assertThat(prometheus.values(alert.query())).as(alert.name()).isNotNull();
            }
        }
    }
}
