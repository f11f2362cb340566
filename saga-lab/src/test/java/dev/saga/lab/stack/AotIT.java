package dev.saga.lab.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.events.Participant;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.testing.TestInfra;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Starts a service from an AOT cache of its classes. A JVM that cannot use its cache does not start. */
@Order(RunningSystem.ALONE)
class AotIT {
    @Test
    void aServiceStartsFromTheCacheThatWasMadeForIt() {
        List<String> progress = new ArrayList<>();
        String prefix = TestInfra.uniqueName() + "_";
        var plan = new Plan(Map.of(Participant.INVENTORY, 1), false, prefix, Map.of(), Jvm.AHEAD_OF_TIME);
        try (LocalStack stack = LocalStack.start(TestInfra.get(), plan, Path.of("target/aot-logs"), progress::add)) {
            long pid =
                    stack.instances(Participant.INVENTORY).getFirst().process().pid();
            assertThat(ProcessHandle.of(pid).orElseThrow().info().arguments().orElseThrow())
                    .anyMatch(argument -> argument.startsWith("-XX:AOTCache="));
        }
        assertThat(progress).last().asString().contains("ready after");
    }
}
