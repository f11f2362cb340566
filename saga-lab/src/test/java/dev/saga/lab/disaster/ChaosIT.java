package dev.saga.lab.disaster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.lab.fixture.RunningSystem;
import dev.saga.local.process.ChildProcess;
import dev.saga.local.process.Launch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs {@code ./saga chaos} for a short time, by its script. */
@Order(RunningSystem.ALONE)
class ChaosIT {
    private static final Path FOLDER = Launch.home().resolve("saga-lab/target/chaos");

    /** Faults that end quickly. The longer ones have tests of their own. */
    private static final String FAULTS =
            "KILL_BROKER,KILL_DATABASE,KILL_SERVICE,REBALANCE_STORM,FLAKY_GATEWAY,DUPLICATES,GARBAGE,MORE_PARTITIONS,OPERATORS";

    /** A seed that draws the three kills and the operators first, so that a slow machine reaches them too. */
    private static final long BROKER_OPERATORS_DATABASE_SERVICE = 758;

    @Test
    @Timeout(600)
    void everyAcceptedOrderIsFinalAndNothingIsDoubledWhenEverythingIsKilledUnderLoad() throws Exception {
        Path report = FOLDER.resolve("report.json");
        Files.createDirectories(FOLDER);
        List<String> command = List.of(
                Launch.home().resolve("saga").toString(),
                "chaos",
                "--minutes=1.2",
                "--seed=" + BROKER_OPERATORS_DATABASE_SERVICE,
                "--faults=" + FAULTS,
                "--data=" + FOLDER,
                "--json=" + report);
        ChildProcess chaos =
                ChildProcess.start("chaos", command, Map.of("SAGA_BUILD", "never"), FOLDER.resolve("chaos.log"));
        chaos.awaitSuccess(Duration.ofMinutes(9));
        JsonNode judged = JsonMapper.shared().readTree(Files.readString(report));
        assertThat(judged.path("broken")).isEmpty();
        assertThat(judged.path("faults").valueStream().map(JsonNode::asString))
                .contains("KILL_BROKER", "OPERATORS", "KILL_DATABASE", "KILL_SERVICE");
        assertThat(judged.path("accepted").asInt()).isGreaterThan(500);
    }
}
