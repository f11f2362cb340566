package dev.saga.delivery.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.delivery.Trips;
import dev.saga.delivery.meter.UnresolvedLetters;
import dev.saga.delivery.outbox.OutboxDepth;
import dev.saga.delivery.outbox.OutboxRelay;
import dev.saga.delivery.outbox.OutgoingEvent;
import dev.saga.delivery.work.PoisonException;
import dev.saga.event.TransactionId;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests what the meters of the delivery measure, on a real database and broker. */
class DeliveryMetersIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Delivery delivery;

    @BeforeEach
    void start() {
        delivery = Delivery.fresh();
    }

    @AfterEach
    void stop() {
        delivery.close();
    }

    @Test
    void countsUnresolvedDeadLettersByTopicAndKindOfReason() {
        TransactionId waiting = Trips.newSaga();
        delivery.handler.failure = batch -> new IllegalStateException("the handler fails");
        delivery.take(delivery.arrival(Trips.requested(waiting)));
        Arrival unknown = delivery.arrival(Trips.requested(Trips.newSaga()));
        delivery.handler.failure =
                batch -> new PoisonException("unknown-saga", Map.of(unknown.envelope(), "there is no such trip"));
        delivery.take(unknown);
        delivery.handler.failure = batch -> null;
        delivery.take(delivery.arrival(Trips.dropped(waiting)), delivery.arrival(Trips.requested(waiting)));
        delivery.take(garbage("{"), garbage("[]"), garbage(event("TRIP_GIFT_WRAPPED")), garbage(event("TRIP_DROPPED")));

        assertThat(deadLetters())
                .isEqualTo(Map.of(
                        "handler",
                        1.0,
                        "waits",
                        2.0,
                        "unreadable",
                        2.0,
                        "unknown-type",
                        1.0,
                        "contract",
                        1.0,
                        "unknown-saga",
                        1.0));

        delivery.desk
                .list(new DeadLetters.Filter(null, null), 0, 100)
                .block(PATIENCE)
                .forEach(letter -> delivery.desk.discard(letter.id()).block(PATIENCE));
        assertThat(deadLetters()).isEmpty();
    }

    private Map<String, Double> deadLetters() {
        new UnresolvedLetters(delivery.sql, delivery.properties, delivery.metrics)
                .look()
                .block(PATIENCE);
        return delivery.meters.find("saga.dead.letters").tag("topic", "trips").gauges().stream()
                .collect(Collectors.toMap(gauge -> gauge.getId().getTag("reason"), Gauge::value));
    }

    private Arrival garbage(String text) {
        return delivery.arrival(Trips.newSaga().text(), text.getBytes(StandardCharsets.UTF_8));
    }

    private static String event(String type) {
        return "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/order-svc\",\"type\":\"" + type
                + "\",\"subject\":\"" + Trips.SAGA + "\",\"data\":{}}";
    }

    @Test
    void measuresTheTimeFromAPollToItsCommit() {
        Timer handling = delivery.meters.get("saga.inbox.handling.duration").timer();
        delivery.take(delivery.arrival(Trips.requested(Trips.SAGA)));
        assertThat(handling.count()).isOne();
        assertThat(handling.totalTime(TimeUnit.NANOSECONDS)).isPositive();
    }

    @Test
    void theOldestRowOfTheOutboxAgesUntilItIsPublished() {
        store();
        assertThat(age()).isBetween(0.0, 10.0);
        delivery.execute("UPDATE outbox SET stored_at = stored_at - INTERVAL '90' SECOND");
        store();
        assertThat(age()).isGreaterThan(90);

        try (Delivery other = delivery.anotherInstance()) { // it reads the rows, and their times, from the database
            OutboxRelay relay = other.relay();
            relay.start();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(age()).isZero());
            relay.stop();
            Timer publishing =
                    other.meters.get("saga.outbox.publishing.duration").timer();
            assertThat(publishing.count()).isEqualTo(2);
            assertThat(publishing.totalTime(TimeUnit.SECONDS)).isGreaterThan(90);
        }
    }

    private void store() {
        delivery.outbox
                .add(List.of(OutgoingEvent.first(Trips.requested(Trips.newSaga()), null)))
                .as(delivery.transactions::transactional)
                .block(PATIENCE);
    }

    private double age() {
        new OutboxDepth(delivery.sql, delivery.properties, delivery.metrics)
                .look()
                .block(PATIENCE);
        return delivery.meters.get("saga.outbox.age").gauge().value();
    }

    @Test
    void oneOfTwoInstancesLeadsAShardAndTheOtherFollowsIt() {
        try (Delivery other = delivery.anotherInstance()) {
            OutboxRelay first = delivery.relay();
            OutboxRelay second = other.relay();
            first.start();
            awaitLeader(delivery, 1);
            second.start();
            awaitLeader(other, 0);
            first.stop();
            awaitLeader(other, 1);
            awaitLeader(delivery, 0);
            second.stop();
            awaitLeader(other, 0);
        }
    }

    private static void awaitLeader(Delivery instance, double leads) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(instance.meters
                                .get("saga.outbox.leader")
                                .tag("shard", "0")
                                .gauge()
                                .value())
                        .isEqualTo(leads));
    }
}
