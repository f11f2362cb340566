package dev.saga.lab.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.saga.events.Participant;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import dev.saga.lab.reporting.ConnectWorker;
import dev.saga.lab.reporting.Connector;
import dev.saga.lab.reporting.Connector.State;
import dev.saga.lab.reporting.ReportingDatabase;
import dev.saga.lab.stack.TcpProxy;
import dev.saga.local.process.Launch;
import dev.saga.local.process.StartFailure;
import dev.saga.testing.TestInfra;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Tests the table of all orders that Kafka Connect fills from two instances of order-svc. */
@Order(RunningSystem.ON_PAIRS)
class ConnectIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path LOGS = Launch.home().resolve("saga-lab/target/e2e-logs/connect");
    private static final String DEAD = "orders-dead";

    private static RunningSystem system;
    private static TcpProxy proxy;
    private static ReportingDatabase reporting;
    private static ConnectWorker worker;
    private static Connector connector;

    private final String product = "R-" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void startConnect() {
        system = RunningSystem.pairs();
        proxy = TcpProxy.start(TestInfra.get().mariaDb());
        reporting = ReportingDatabase.prepare(TestInfra.get(), system.prefix).at(proxy.address());
        worker = ConnectWorker.start(TestInfra.get().kafka(), system.prefix, reporting, false, LOGS)
                .awaitReady();
        connector = new Connector(worker.url());
        connector.register(PATIENCE);
    }

    @AfterAll
    static void stopConnect() {
        worker.stop();
        proxy.close();
    }

    @Test
    void ordersOfTwoInstancesArriveWithTheirFinalStatus() {
        stock();
        Answer paid = place(0, "{\"productId\":\"" + product + "\",\"qty\":2}", "CONFIRMED");
        Answer declined =
                place(1, "{\"productId\":\"" + product + "\",\"qty\":3,\"paymentToken\":\"tok_decline\"}", "CANCELLED");
        Answer twoLines = place(
                1,
                "{\"lines\":[{\"productId\":\"" + product + "\",\"qty\":1},{\"productId\":\"" + product
                        + "-b\",\"qty\":4}]}",
                "CONFIRMED");
        Answer tooMany = place(0, "{\"productId\":\"" + product + "\",\"qty\":100000}", "CANCELLED");
        Answer undone = place(0, "{\"productId\":\"" + product + "\",\"qty\":5}", "CONFIRMED");
        client(1)
                .order("POST", "/reporter/orders/" + undone.text("orderId") + "/cancel", null, Map.of())
                .expect(202);
        awaitSameAsOrders();
        assertThat(rows(paid)).containsExactly(product + " 2 1500 3000 CONFIRMED");
        assertThat(rows(declined)).containsExactly(product + " 3 1500 4500 CANCELLED");
        assertThat(rows(twoLines))
                .containsExactly(product + " 1 1500 1540 CONFIRMED", product + "-b 4 10 1540 CONFIRMED");
        assertThat(rows(tooMany)).containsExactly(product + " 100000 null null CANCELLED");
        assertThat(rows(undone)).containsExactly(product + " 5 1500 7500 CANCELLED");
        assertThat(query(
                        "SELECT DATE_FORMAT(updated_at, '%Y-%m-%dT%H:%i:%s') FROM {reporting}.orders WHERE order_id = '"
                                + paid.text("orderId") + "'"))
                .containsExactly(client(0)
                        .get("reporter", paid.text("orderId"))
                        .text("updatedAt")
                        .substring(0, 19));
    }

    @Test
    void thePasswordOfTheReportsIsNeitherInKafkaNorInTheLog() throws IOException {
        assertThat(records("connect-configs"))
                .isNotEmpty()
                .map(record -> record.value() == null ? "" : new String(record.value(), StandardCharsets.UTF_8))
                .noneMatch(value -> value.contains(reporting.password()));
        assertThat(worker.process().log()).content().doesNotContain(reporting.password());
    }

    @Test
    void nothingIsMissingAfterConnectWasKilledUnderLoad() {
        stock();
        try (var customers = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 300)
                    .forEach(i -> customers.submit(() -> client(i % 2)
                            .submit("reporter", "{\"productId\":\"" + product + "\",\"qty\":1}", Map.of())
                            .expect(201)));
            await("the first ones have arrived")
                    .atMost(PATIENCE)
                    .ignoreExceptions() // the first record creates the table
                    .until(() -> arrived() > 0);
            worker.process().kill();
            worker.restart();
        }
        worker.awaitReady();
        awaitSameAsOrders();
        assertThat(arrived()).isEqualTo(300);
    }

    @Test
    void aRecordThatTheSinkCannotTakeIsADeadLetterAndTheRestGoesOn() {
        int before = records(DEAD).size();
        String row = "{\"schema\":{\"type\":\"struct\",\"fields\":[{\"type\":\"string\",\"field\":\"order_id\"},"
                + "{\"type\":\"%s\",\"field\":\"qty\"}],\"name\":\"orders\"},\"payload\":{\"order_id\":\"x\",\"qty\":%s}}";
        List<String> foreign = List.of(
                "this is not JSON",
                "{\"order_id\":\"x\"}",
                row.formatted("int32", "\"ten\""),
                row.formatted("string", "\"ten\""),
                row.formatted("INT32", "10"),
                row.formatted("int32", "10"));
        foreign.forEach(value -> system.put("orders", "foreign", value));
        stock();
        place(0, "{\"productId\":\"" + product + "\",\"qty\":1}", "CONFIRMED");
        awaitSameAsOrders();
        await("dead letters")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(records(DEAD)).hasSize(before + foreign.size()));
        assertThat(records(DEAD))
                .allSatisfy(letter -> assertThat(letter.headers().lastHeader("__connect.errors.exception.message"))
                        .isNotNull());
        assertThat(connector.status().state()).isEqualTo(State.RUNNING);
        assertThat(meters())
                .containsPattern(
                        "kafka_connect_dead_letters_total\\{connector=\"orders\",task=\"0\"[^}]*\\} " + foreign.size())
                .containsPattern("kafka_connect_tasks\\{connector=\"orders\",state=\"running\"[^}]*\\} 1");
        assertThat(query("SELECT order_id FROM {reporting}.orders WHERE order_id = 'x'"))
                .isEmpty();
    }

    @Test
    void aDatabaseThatIsAwayStopsNothingButTheReportAndTheReportCatchesUp() throws Exception {
        stock();
        String address = TestInfra.get().mariaDb();
        proxy.retarget("127.0.0.1:1");
        query("KILL USER '" + reporting.name() + "'");
        List<Answer> placed = IntStream.range(0, 4)
                .mapToObj(i -> place(i % 2, "{\"productId\":\"" + product + "\",\"qty\":1}", "CONFIRMED"))
                .toList();
        await("a failed task").atMost(PATIENCE).until(() -> connector.status().state() == State.FAILED);
        assertThat(connector.status().reason()).containsIgnoringCase("connect");
        assertThatThrownBy(() -> connector.register(PATIENCE))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("FAILED");
        assertThat(register()).satisfies(script -> {
            assertThat(script.exitCode()).isOne();
            assertThat(script.text()).contains("connector orders: FAILED").containsIgnoringCase("caused by");
        });
        proxy.retarget(address);
        assertThat(register().text()).contains("connector orders: RUNNING");
        awaitSameAsOrders();
        assertThat(placed).allSatisfy(order -> assertThat(rows(order)).hasSize(1));
    }

    private static String meters() {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create(worker.metricsUrl()))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A finished run of register.sh: its exit code and everything that it printed. */
    private record Script(int exitCode, String text) {}

    private static Script register() throws IOException, InterruptedException {
        var command = new ProcessBuilder(
                "sh", Launch.home().resolve("compose/connect/register.sh").toString(), worker.url());
        command.environment().put("TIMEOUT", "40");
        Process script = command.redirectErrorStream(true).start();
        String text = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(script.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Script(script.exitValue(), text);
    }

    private static SagaClient client(int instance) {
        return instance == 0 ? system.client() : system.otherClient();
    }

    private void stock() {
        client(0).stock(product, 1500, 1000);
        client(0).stock(product + "-b", 10, 1000);
    }

    private static Answer place(int instance, String body, String status) {
        Answer order = client(instance).submitAndWait("reporter", body);
        assertThat(order.text("status")).isEqualTo(status);
        return order;
    }

    private long arrived() {
        return Long.parseLong(query("SELECT COUNT(*) FROM {reporting}.orders WHERE product_id = '" + product + "'")
                .getFirst());
    }

    /** Waits until the table has every order of every instance, with its status. */
    private static void awaitSameAsOrders() {
        system.awaitRest();
        await("the same orders in the report")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions() // the first record creates the table
                .untilAsserted(() -> assertThat(query("""
                        SELECT CONCAT(o.order_id, ' ', o.status, ' ', COALESCE(r.status, 'missing'))
                        FROM {order}.orders o LEFT JOIN {reporting}.orders r ON r.order_id = CAST(o.order_id AS CHAR)
                        WHERE r.status IS NULL OR r.status <> o.status LIMIT 5
                        """)).isEmpty());
    }

    private static List<String> rows(Answer order) {
        return query("SELECT CONCAT_WS(' ', product_id, qty, COALESCE(unit_price, 'null'),"
                + " COALESCE(total_price, 'null'), status) FROM {reporting}.orders WHERE order_id = '"
                + order.text("orderId") + "' ORDER BY product_id");
    }

    private static List<String> query(String text) {
        String query = text.replace("{reporting}", reporting.name())
                .replace("{order}", system.stack.databases().schema(Participant.ORDER));
        List<String> all = new ArrayList<>();
        try (Connection server = TestInfra.connect("");
                Statement statement = server.createStatement();
                ResultSet rows = statement.execute(query) ? statement.getResultSet() : null) {
            while (rows != null && rows.next()) {
                all.add(rows.getString(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return all;
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        try (var consumer =
                new KafkaConsumer<byte[], byte[]>(system.wire.reader().settings())) {
            var partition = new TopicPartition(system.wire.name(topic), 0);
            if (!consumer.listTopics().containsKey(partition.topic())) {
                return List.of();
            }
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(all::add);
            }
            return all;
        }
    }
}
