package dev.saga.lab.disaster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.events.Participant;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import dev.saga.lab.stack.ServiceProcess;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stops, kills or freezes one instance of a service and starts it again, while the other instance accepts orders. */
@Order(RunningSystem.ON_PAIRS)
class RestartIT {
    private static final int SUBMITTERS = 4;
    /** Per submitter: all of them submit at most 40 orders per second, so that restarts are not slow. */
    private static final Duration PACE = Duration.ofMillis(100);

    private static final Duration FROZEN = Duration.ofSeconds(12);

    private final RunningSystem system = RunningSystem.pairs();
    private final SagaClient survivor = system.otherClient();
    private final Queue<String> accepted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger refused = new AtomicInteger();

    @ParameterizedTest
    @EnumSource(Participant.class)
    void killedInstanceLosesNothing(Participant service) throws Exception {
        underLoad(
                List.of(system.stack.instances(service).getFirst()),
                instance -> instance.process().kill());
    }

    @Test
    void rollingRestartOfEveryServiceLosesNothingAndTheRemainingInstanceRefusesNoOrder() throws Exception {
        List<ServiceProcess> first = Arrays.stream(Participant.values())
                .map(service -> system.stack.instances(service).getFirst())
                .toList();
        underLoad(first, ServiceProcess::stop);
        assertThat(refused).as("orders refused at the instance that stayed").hasValue(0);
    }

    /** Freezes both instances in turn, because one of them leads the relay. */
    @ParameterizedTest
    @EnumSource(Participant.class)
    void anInstanceFrozenForLongerThanItsLocksAndSessionsLastDoublesNothing(Participant service) throws Exception {
        survivor.stock("RESTART", 10, 1_000_000);
        freeze(system.stack.instances(service).getFirst(), survivor);
        freeze(system.stack.instances(service).getLast(), system.client());
        assertEverythingConfirmed();
    }

    private void freeze(ServiceProcess instance, SagaClient other) throws Exception {
        var loading = new AtomicBoolean(true);
        try (ExecutorService load = Executors.newVirtualThreadPerTaskExecutor()) {
            load.submit(() -> submitWhile(loading, other));
            awaitAccepted(accepted.size() + 50);
            signal("STOP", instance);
            try {
                LockSupport.parkNanos(FROZEN.toNanos());
            } finally {
                signal("CONT", instance);
            }
            awaitAccepted(accepted.size() + 50);
            loading.set(false);
        }
    }

    private static void signal(String name, ServiceProcess instance) throws Exception {
        var kill = new ProcessBuilder(
                "kill", "-" + name, String.valueOf(instance.process().pid()));
        assertThat(kill.start().waitFor()).isZero();
    }

    private void underLoad(List<ServiceProcess> instances, Consumer<ServiceProcess> end) throws Exception {
        survivor.stock("RESTART", 10, 1_000_000);
        var loading = new AtomicBoolean(true);
        try (ExecutorService load = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < SUBMITTERS; i++) {
                SagaClient side = i % 2 == 0 ? survivor : system.client();
                load.submit(() -> submitWhile(loading, side));
            }
            awaitAccepted(50);
            for (ServiceProcess instance : instances) {
                end.accept(instance);
                awaitAccepted(accepted.size() + 20);
                instance.restart();
                instance.awaitReady();
                awaitAccepted(accepted.size() + 20);
            }
            loading.set(false);
        }
        assertEverythingConfirmed();
    }

    private void assertEverythingConfirmed() {
        system.assertSound();
        for (String id : accepted) {
            assertThat(survivor.get("ann", id).expect(200).text("status")).isEqualTo("CONFIRMED");
        }
    }

    private void submitWhile(AtomicBoolean loading, SagaClient side) {
        while (loading.get()) {
            try {
                Answer answer = side.submit("ann", "{\"productId\":\"RESTART\",\"qty\":1}", Map.of());
                if (answer.status() == 201) {
                    accepted.add(answer.text("orderId"));
                } else if (side == survivor) {
                    refused.incrementAndGet();
                }
            } catch (UncheckedIOException instanceIsAway) {
                LockSupport.parkNanos(PACE.toNanos());
            }
            LockSupport.parkNanos(PACE.toNanos());
        }
    }

    private void awaitAccepted(int orders) {
        await().atMost(Duration.ofSeconds(60)).until(() -> accepted.size() >= orders);
    }
}
