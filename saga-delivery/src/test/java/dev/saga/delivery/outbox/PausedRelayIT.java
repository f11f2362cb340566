package dev.saga.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.saga.delivery.Trips;
import dev.saga.delivery.audit.Audit;
import dev.saga.delivery.audit.AuditEntry;
import dev.saga.delivery.audit.Operator;
import dev.saga.delivery.inbox.Delivery;
import dev.saga.delivery.instance.ConsumerProgress;
import dev.saga.delivery.instance.DeliveryMetrics;
import dev.saga.delivery.lease.RelayDesk;
import dev.saga.delivery.lease.RelayDesk.Shard;
import dev.saga.event.SagaEvent;
import dev.saga.event.TransactionId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pauses and resumes relays on a real database and a real broker. */
class PausedRelayIT {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final Delivery delivery = Delivery.fresh();
    private final Audit audit = new Audit(delivery.sql, Clock.systemUTC());
    private final RelayDesk desk = new RelayDesk(delivery.sql, delivery.properties, audit, delivery.transactions);
    private final List<OutboxRelay> relays = new ArrayList<>();

    @AfterEach
    void stop() {
        relays.forEach(OutboxRelay::stop);
        delivery.close();
    }

    private void start(Delivery instance) {
        OutboxRelay relay = instance.relay();
        relays.add(relay);
        relay.start();
    }

    @Test
    void aPausedRelayPublishesNothingAndAfterwardsEverythingInTheOrderOfItsSaga() {
        start(delivery);
        store(Trips.requested(Trips.newSaga()));
        awaitRows(0);
        assertThat(pause().paused()).isTrue();
        TransactionId saga = Trips.newSaga();
        store(Trips.requested(saga));
        store(Trips.dropped(saga));
        await().during(Duration.ofSeconds(2)).atMost(SOON).until(() -> rows() == 2);
        assertThat(delivery.records("trips", 1)).hasSize(1);
        store(Trips.requested(saga));

        assertThat(resume().paused()).isFalse();
        awaitRows(0);
        assertThat(delivery.records("trips", 4).stream()
                        .filter(record -> new String(record.key()).equals(saga.text()))
                        .map(record -> delivery.codec
                                .decode(record.key(), record.value())
                                .event()
                                .type()
                                .name()))
                .containsExactly("TRIP_REQUESTED", "TRIP_DROPPED", "TRIP_REQUESTED");
    }

    @Test
    void aPauseHoldsForAnInstanceThatStartsLaterAndForTheNextLeader() {
        pause();
        store(Trips.requested(Trips.newSaga()));
        start(delivery);
        await().atMost(SOON).until(() -> shard().leader() != null);
        String first = shard().leader();
        start(delivery.anotherInstance());
        relays.getFirst().stop();
        await().atMost(SOON).until(() -> shard().leader() != null && !Objects.equals(shard().leader(), first));
        await().during(Duration.ofSeconds(1)).atMost(SOON).until(() -> rows() == 1);
        resume();
        awaitRows(0);
        assertThat(delivery.records("trips", 1)).hasSize(1);
    }

    @Test
    void theListHasTheLeaderTheDepthAndTheAgeOfTheOldestEvent() {
        assertThat(shard()).isEqualTo(new Shard(0, null, null, 0, null, false));
        store(Trips.requested(Trips.newSaga()), Trips.requested(Trips.newSaga()));
        await().atMost(SOON).until(() -> oldest().compareTo(Duration.ofMillis(300)) > 0);
        store(Trips.requested(Trips.newSaga()));
        assertThat(shard().depth()).isEqualTo(3);
        assertThat(oldest()).isBetween(Duration.ofMillis(300), Duration.ofMinutes(1));
        pause();
        assertThat(shard().leader()).isNull();

        start(delivery);
        await().atMost(SOON).until(() -> shard().leader() != null);
        assertThat(shard().leader()).contains(":" + ProcessHandle.current().pid());
        assertThat(Objects.requireNonNull(shard().leadsSince()))
                .isBetween(
                        Clock.systemUTC().instant().minusSeconds(60),
                        Clock.systemUTC().instant().plusSeconds(60));
        relays.getFirst().stop();
        assertThat(shard().leader()).isNull();
        assertThat(shard().depth()).isEqualTo(3);
    }

    private Duration oldest() {
        return Objects.requireNonNull(shard().oldest());
    }

    @Test
    void theAuditHasEachChangeAndACommandThatChangedNothing() {
        pause();
        pause();
        resume();
        List<AuditEntry> entries = Objects.requireNonNull(
                audit.list(Long.MAX_VALUE, 10).collectList().block(SOON));
        assertThat(entries)
                .extracting(entry -> entry.action() + ", " + entry.subject() + ", " + entry.reason() + ", "
                        + entry.target() + ": " + entry.result())
                .containsExactly(
                        "relay.resume, olga, ticket 7, all shards: resumed",
                        "relay.pause, olga, ticket 7, all shards: was paused already",
                        "relay.pause, olga, ticket 7, all shards: paused");
    }

    @Test
    void aPauseThatIsNotInTheAuditDoesNotHappen() {
        delivery.execute("DROP TABLE audit");
        assertThatThrownBy(this::pause).hasMessageContaining("audit");
        assertThat(shard().paused()).isFalse();
    }

    @Test
    void theGaugeShowsAPauseToEveryInstance() {
        var registry = new SimpleMeterRegistry();
        var depth = new OutboxDepth(
                delivery.sql, delivery.properties, new DeliveryMetrics(registry, new ConsumerProgress()));
        depth.look().block(SOON);
        assertThat(registry.get("saga.relay.paused").gauge().value()).isZero();
        pause();
        depth.look().block(SOON);
        assertThat(registry.get("saga.relay.paused").gauge().value()).isOne();
        resume();
        depth.look().block(SOON);
        assertThat(registry.get("saga.relay.paused").gauge().value()).isZero();
    }

    private Shard shard() {
        return only(desk.shards().block(SOON));
    }

    private Shard pause() {
        return only(desk.pause()
                .contextWrite(new Operator("olga", "ticket 7")::addTo)
                .block(SOON));
    }

    private Shard resume() {
        return only(desk.resume()
                .contextWrite(new Operator("olga", "ticket 7")::addTo)
                .block(SOON));
    }

    private static Shard only(List<Shard> shards) {
        assertThat(shards).hasSize(1);
        return shards.getFirst();
    }

    private void store(SagaEvent... events) {
        List<OutgoingEvent> outgoing = List.of(events).stream()
                .map(event -> OutgoingEvent.first(event, null))
                .toList();
        delivery.outbox.add(outgoing).as(delivery.transactions::retrying).block(SOON);
    }

    private long rows() {
        return delivery.count("SELECT COUNT(*) FROM outbox");
    }

    private void awaitRows(long rows) {
        await().atMost(Duration.ofSeconds(30)).until(() -> rows() == rows);
    }
}
