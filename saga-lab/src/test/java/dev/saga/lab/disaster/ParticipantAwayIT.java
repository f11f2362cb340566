package dev.saga.lab.disaster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.events.Participant;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import dev.saga.lab.stack.ServiceProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Stops a participant for many step timeouts while orders arrive: an absence of an hour, scaled to the step timeout. */
@Order(RunningSystem.ON_SHORT_TIMEOUTS)
class ParticipantAwayIT {
    private static final Duration AWAY = Duration.ofSeconds(25);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PER_SECOND = 20;

    private static final int RESPONSES = Participant.compensating().size();

    /**
     * Upper bound of the records that one order publishes. Without nudges there are created, reserved, cancel, one
     * response to it per participant, and cancelled. Three nudges while it is PENDING, each with one reply, add six. Nudges
     * while it is CANCELLING have pauses of 1, 2, 4, 8 and 16 s: at most five of them, each with the responses again. One
     * more is allowed.
     */
    private static final int MOST_RECORDS = (4 + RESPONSES) + 6 + 5 * (1 + RESPONSES) + 1;

    private static final String ORDER = "{\"productId\":\"LONE\",\"qty\":1}";

    private final RunningSystem system = RunningSystem.shortTimeouts();
    private final SagaClient client = system.client();
    private final Queue<String> orders = new ConcurrentLinkedQueue<>();

    @Test
    void topicsStayBoundedAndOrdersPlacedAfterItsReturnAreConfirmed() {
        client.stock("LONE", 10, 1_000_000);
        ServiceProcess payment = system.stack.instances(Participant.PAYMENT).getFirst();
        long before = system.wire.reader().records();
        payment.stop();
        try (ScheduledExecutorService clock = Executors.newScheduledThreadPool(2)) {
            clock.scheduleAtFixedRate(this::place, 0, 1_000 / PER_SECOND, TimeUnit.MILLISECONDS);
            long since = System.nanoTime();
            await("the absence").atMost(AWAY.multipliedBy(2)).until(() -> System.nanoTime() - since > AWAY.toNanos());
        }
        payment.restart();
        payment.awaitReady();
        List<String> later = IntStream.range(0, 20)
                .mapToObj(i -> client.submit("after", ORDER, Map.of()).expect(201))
                .map(answer -> String.valueOf(answer.text("orderId")))
                .toList();
        await("orders placed after the return")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(later)
                        .allSatisfy(order -> assertThat(status("after", order)).isNotEqualTo("PENDING")));
        assertThat(later).allSatisfy(order -> assertThat(status("after", order)).isEqualTo("CONFIRMED"));
        system.assertSound();
        assertThat(orders).hasSizeGreaterThan((int) AWAY.toSeconds() * PER_SECOND / 2);
        assertThat(orders)
                .allSatisfy(order -> assertThat(status("before", order)).isIn("CONFIRMED", "CANCELLED"));
        assertThat(system.wire.reader().records() - before)
                .as("records on the topics for %d orders", orders.size() + later.size())
                .isLessThanOrEqualTo((long) MOST_RECORDS * (orders.size() + later.size()));
    }

    private void place() {
        Answer answer = client.submit("before", ORDER, Map.of());
        if (answer.status() == 201) {
            orders.add(String.valueOf(answer.text("orderId")));
        }
    }

    private String status(String user, String order) {
        return String.valueOf(client.get(user, order).expect(200).text("status"));
    }
}
