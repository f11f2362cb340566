package dev.saga.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.events.Participant;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.ServiceProcess;
import dev.saga.testing.TestInfra;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs the bench for a few seconds against a running system, and writes its chart and its report. */
@Order(RunningSystem.ON_PAIRS)
class BenchIT {
    @TempDir
    Path folder;

    /** The first sagas of six new processes take seconds on a busy machine. */
    private static void warmUp(SagaClient client) {
        client.stock("WARM", 100, 100);
        for (int i = 0; i < 10; i++) {
            client.submitAndWait("warm", "{\"productId\":\"WARM\",\"qty\":1}");
        }
    }

    @Test
    void measuresOrdersOfEveryKindAndFindsNoViolatedInvariant() throws Exception {
        RunningSystem system = RunningSystem.pairs();
        try (var bench = new Bench(target(system), new OrderMix(20, 2, 20, 20))) {
            bench.stock();
            warmUp(system.client());
            Result open = bench.run("open loop", new Bench.Offer(40, 0), 4);
            assertThat(open.accepted()).isPositive();
            assertThat(open.confirmed()).isPositive();
            assertThat(open.cancelled()).isPositive();
            assertThat(open.failed()).isZero();
            Result closed = bench.run("closed loop", new Bench.Offer(0, 8), 4);
            assertThat(closed.confirmed()).isPositive();
            assertThat(closed.sagaP99Millis()).isGreaterThanOrEqualTo(closed.sagaP50Millis());
            assertThat(closed.recordsPerBatch()).containsOnlyKeys("order-svc", "inventory-svc", "payment-svc");
            assertThat(bench.violations()).isEmpty();
            drawsAndWrites(List.of(open, closed));
        }
    }

    private void drawsAndWrites(List<Result> results) throws Exception {
        Path file = folder.resolve("curve");
        Chart.draw(results, file);
        assertThat(ImageIO.read(folder.resolve("curve.png").toFile()).getWidth())
                .isEqualTo(900);
        assertThat(Files.readString(folder.resolve("curve.svg"))).contains("<svg", "</svg>");
        JsonNode json = JsonMapper.shared()
                .readTree(JsonMapper.shared()
                        .writeValueAsString(new BenchCommand.Report(
                                results.getFirst(), List.of(), Map.of("p50", 1.0, "p99", 2.0), results, List.of())));
        assertThat(json.propertyNames())
                .contains(
                        "sagasPerSecond",
                        "postP50Millis",
                        "sagaP50Millis",
                        "sagaP95Millis",
                        "sagaP99Millis",
                        "cpuSecondsPerThousand",
                        "cpuByProcess",
                        "accepted",
                        "confirmed",
                        "cancelled",
                        "rejected503",
                        "invariantsHold");
    }

    private static Target target(RunningSystem system) {
        LocalStack stack = system.stack;
        return new Target(
                stack.instances(Participant.ORDER).stream()
                        .map(ServiceProcess::url)
                        .toList(),
                stack.instances(Participant.INVENTORY).getFirst().url(),
                TestInfra.get().kafka(),
                system.prefix + "order",
                Map.of("driver", List.of(ProcessHandle.current().pid())),
                stack);
    }
}
