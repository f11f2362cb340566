package dev.saga.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.delivery.Trips;
import dev.saga.delivery.inbox.Delivery;
import dev.saga.event.SagaEvent;
import dev.saga.event.TransactionId;
import dev.saga.testing.TestInfra;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Uses a real database and a real Kafka. */
class OutboxRelayIT {
    private final List<OutboxRelay> relays = new ArrayList<>();
    private Delivery delivery;

    @BeforeEach
    void start() {
        delivery = Delivery.fresh();
    }

    @AfterEach
    void stop() {
        relays.forEach(OutboxRelay::stop);
        delivery.close();
    }

    private OutboxRelay started(Delivery instance) {
        OutboxRelay relay = instance.relay();
        relay.start();
        relays.add(relay);
        return relay;
    }

    @Test
    void publishesEventsWithKeyAndContentTypeAndEmptiesTheOutbox() {
        started(delivery);
        store(Trips.requested(Trips.SAGA));
        ConsumerRecord<byte[], byte[]> record = delivery.records("trips", 1).getFirst();
        assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo(Trips.SAGA.text());
        assertThat(record.headers().lastHeader("content-type").value())
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("application/cloudevents+json; charset=UTF-8");
        assertThat(delivery.codec.decode(record.key(), record.value()).event()).isEqualTo(Trips.requested(Trips.SAGA));
        awaitEmpty();
    }

    @Test
    void publishesTheEventsOfASagaInTheOrderInWhichTheyWereDecided() {
        List<TransactionId> sagas =
                IntStream.range(0, 300).mapToObj(i -> Trips.newSaga()).toList();
        for (TransactionId saga : sagas) {
            store(Trips.requested(saga), Trips.dropped(saga), Trips.requested(saga));
        }
        started(delivery);
        List<ConsumerRecord<byte[], byte[]>> records = delivery.records("trips", 900);
        assertThat(records).hasSize(900);
        for (TransactionId saga : sagas) {
            assertThat(types(records, saga)).containsExactly("TRIP_REQUESTED", "TRIP_DROPPED", "TRIP_REQUESTED");
        }
    }

    @Test
    void publishesStatesOfAKeyInOrderOnACompactedTopic() throws Exception {
        started(delivery);
        for (int seats = 1; seats <= 20; seats++) {
            storeStates(seats("BUS-1", seats), seats("BUS-2", 100 - seats));
        }
        List<ConsumerRecord<byte[], byte[]>> records = delivery.records("seats", 40);
        assertThat(values(records, "BUS-1"))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 20)
                        .mapToObj(seats -> "{\"seats\":" + seats + "}")
                        .toList());
        assertThat(values(records, "BUS-2")).hasSize(20).endsWith("{\"seats\":80}");
        assertThat(records.getFirst().headers())
                .singleElement()
                .satisfies(header -> assertThat(header.value())
                        .asString(StandardCharsets.US_ASCII)
                        .isEqualTo("application/json"));
        assertThat(delivery.topicSetting("seats", "cleanup.policy")).isEqualTo("compact");
        assertThat(delivery.topicSetting("trips", "cleanup.policy")).isEqualTo("delete");
    }

    private static StateRecord seats(String bus, int seats) {
        return new StateRecord(Delivery.SEATS, bus, ("{\"seats\":" + seats + "}").getBytes(StandardCharsets.UTF_8));
    }

    private void storeStates(StateRecord... states) {
        delivery.outbox
                .addStates(List.of(states))
                .as(delivery.transactions::transactional)
                .block();
    }

    private static List<String> values(List<ConsumerRecord<byte[], byte[]>> records, String key) {
        return records.stream()
                .filter(record -> key.equals(new String(record.key(), StandardCharsets.UTF_8)))
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void aRowThatCommitsAfterALaterNumberedOneStillGoesOut() throws SQLException {
        TransactionId late = Trips.newSaga();
        TransactionId early = Trips.newSaga();
        try (Connection slow = TestInfra.connect(delivery.schema)) {
            slow.setAutoCommit(false);
            insertByHand(slow, late, "{}");
            started(delivery);
            store(Trips.requested(early));
            assertThat(delivery.records("trips", 1)).hasSize(1);
            awaitRows(0);
            slow.commit();
        }
        assertThat(delivery.records("trips", 2)).hasSize(2);
        awaitEmpty();
    }

    @Test
    void aFailedSendHoldsBackLaterEventsOfItsSagaAndOfNoOther() throws SQLException {
        try (Connection connection = TestInfra.connect(delivery.schema)) {
            insertByHand(connection, Trips.SAGA, "x".repeat(2_000_000));
        }
        store(Trips.dropped(Trips.SAGA));
        store(Trips.requested(Trips.newSaga()));
        started(delivery);
        assertThat(delivery.records("trips", 1)).hasSize(1);
        awaitRows(2);
        assertThat(delivery.records("trips", 1)).hasSize(1);

        rewriteFirstRow(payload -> payload.substring(0, 36) + " {}\n");
        List<ConsumerRecord<byte[], byte[]>> all = delivery.records("trips", 3);
        assertThat(types(all, Trips.SAGA)).containsExactly("{}", "TRIP_DROPPED");
    }

    @Test
    void rowsThatCannotBeSentDoNotHoldUpTheRestHoweverManyTheyAre() throws Exception {
        TransactionId held = Trips.newSaga();
        try (Connection connection = TestInfra.connect(delivery.schema)) {
            for (int i = 0; i < 25; i++) {
                insertByHand(connection, i == 0 ? held : Trips.newSaga(), "x".repeat(1_100_000));
            }
        }
        store(Trips.requested(held));
        store(Trips.requested(Trips.newSaga()));
        Delivery small = delivery.withRelayBatch(10);
        started(small);
        assertThat(delivery.records("trips", 1)).hasSize(1);
        awaitRows(26);
        small.close();
    }

    @Test
    void aRowThatCommitsBehindAPageThatFailedIsNotOvertakenByItsSaga() throws SQLException {
        Map<TransactionId, Connection> late = new LinkedHashMap<>();
        for (int i = 0; i < 20; i++) {
            Connection connection = TestInfra.connect(delivery.schema);
            connection.setAutoCommit(false);
            TransactionId saga = Trips.newSaga();
            insertByHand(connection, saga, "{}");
            late.put(saga, connection);
        }
        try (Connection connection = TestInfra.connect(delivery.schema)) {
            for (int i = 0; i < 40; i++) {
                insertByHand(connection, Trips.newSaga(), "x".repeat(1_100_000));
            }
        }
        started(delivery.withRelayBatch(1));
        store(Trips.requested(Trips.newSaga()));
        assertThat(delivery.records("trips", 1)).hasSize(1);

        for (Map.Entry<TransactionId, Connection> saga : late.entrySet()) {
            saga.getValue().commit();
            saga.getValue().close();
            store(Trips.dropped(saga.getKey()));
        }
        List<ConsumerRecord<byte[], byte[]>> all = delivery.records("trips", 1 + 2 * late.size());
        late.keySet().forEach(saga -> assertThat(types(all, saga)).containsExactly("{}", "TRIP_DROPPED"));
    }

    @Test
    void anEventThatCannotBeSentStaysAloneInItsRow() throws SQLException {
        TransactionId good = Trips.newSaga();
        try (Connection connection = TestInfra.connect(delivery.schema)) {
            insertByHand(connection, Trips.SAGA, "x".repeat(1_100_000) + "\n" + good + " {}\n" + Trips.SAGA + " {}");
        }
        started(delivery);
        assertThat(types(delivery.records("trips", 1), good)).containsExactly("{}");
        await().untilAsserted(() ->
                assertThat(delivery.count("SELECT events FROM outbox")).isEqualTo(2));

        rewriteFirstRow(payload -> payload.replace("x".repeat(1_100_000), "{}"));
        assertThat(types(delivery.records("trips", 3), Trips.SAGA)).containsExactly("{}", "{}");
        awaitEmpty();
    }

    @Test
    void oneRelayLeadsAndAnotherTakesOverWhenItStops() {
        Delivery other = delivery.anotherInstance();
        OutboxRelay first = started(delivery);
        store(Trips.requested(Trips.newSaga()));
        awaitEmpty();
        started(other);
        first.stop();
        store(Trips.requested(Trips.newSaga()));
        awaitEmpty();
        assertThat(delivery.records("trips", 2)).hasSize(2);
        other.close();
    }

    @Test
    void aRelayThatStopsReleasesItsLeaseSoThatAnotherOneLeadsAtOnce() {
        Duration anHour = Duration.ofHours(1);
        Delivery one = delivery.withRelayLease(anHour);
        Delivery other = delivery.withRelayLease(anHour);
        OutboxRelay first = started(one);
        store(one, Trips.requested(Trips.newSaga()));
        awaitEmpty();
        assertThat(epoch()).isOne();
        started(other);
        first.stop();
        await().atMost(Duration.ofSeconds(5)).until(() -> epoch() == 2);
        store(other, Trips.requested(Trips.newSaga()));
        awaitEmpty();
        one.close();
        other.close();
    }

    @Test
    void anInstanceThatDiedIsReplacedWhenItsLeaseIsOver() {
        leaseTo("dead", 2);
        started(delivery);
        store(Trips.requested(Trips.newSaga()));
        assertThat(delivery.text("SELECT leader FROM relay_lease")).isEqualTo("dead");
        awaitEmpty();
        assertThat(delivery.text("SELECT leader FROM relay_lease"))
                .contains(":" + ProcessHandle.current().pid());
        assertThat(delivery.records("trips", 1)).hasSize(1);
    }

    @Test
    void anIdleLeaderKeepsItsLeaseBeyondItsLength() {
        Delivery brief = delivery.withRelayLease(Duration.ofSeconds(1));
        started(brief);
        await().until(() -> epoch() == 1);
        started(delivery);
        String renewals = "SELECT COUNT(*) FROM relay_lease WHERE epoch = 1 AND leads_until > leads_since + INTERVAL "
                + TestInfra.of("4 SECOND", "'4 seconds'");
        await().atMost(Duration.ofSeconds(15)).until(() -> delivery.count(renewals) == 1);
        brief.close();
    }

    @Test
    void aRelayThatLostItsLeaseDeletesNothingAndSendsNoMoreUntilItLeadsAgain() {
        started(delivery);
        store(Trips.requested(Trips.newSaga()));
        awaitEmpty();
        leaseTo("another", 3_600);
        store(Trips.requested(Trips.SAGA));
        await().during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(5))
                .until(() -> delivery.count("SELECT COUNT(*) FROM outbox") == 1);
        int sent = delivery.records("trips", 1).size();
        assertThat(sent)
                .as("the first event, and at most one page after the lease was lost")
                .isBetween(1, 2);
        store(Trips.requested(Trips.newSaga()));
        awaitRows(2);

        leaseTo("another", -1);
        awaitEmpty();
        assertThat(epoch()).isEqualTo(3);
        assertThat(delivery.records("trips", sent + 1)).hasSizeBetween(3, 4);
    }

    private long epoch() {
        return delivery.count("SELECT COALESCE(MAX(epoch), 0) FROM relay_lease");
    }

    /** Lets another instance lead for so many seconds from now on. */
    private void leaseTo(String leader, int seconds) {
        var dialect = TestInfra.kind().dialect();
        String until = dialect.after(String.valueOf(seconds * 1_000_000L));
        delivery.execute(
                epoch() == 0
                        ? "INSERT INTO relay_lease (shard, leader, epoch, leads_since, leads_until) VALUES (0, '"
                                + leader + "', 1, " + dialect.now() + ", " + until + ")"
                        : "UPDATE relay_lease SET leads_until = " + until + ", epoch = CASE WHEN leader = '" + leader
                                + "' THEN epoch ELSE epoch + 1 END, leader = '" + leader + "'");
    }

    @Test
    void aRelayWhoseSessionIsKilledStartsOverWithoutSkippingAnything() {
        started(delivery);
        store(Trips.requested(Trips.newSaga()));
        awaitEmpty();
        TestInfra.killSessions(delivery.schema);
        store(Trips.requested(Trips.newSaga()));
        awaitEmpty();
        assertThat(delivery.records("trips", 2)).hasSize(2);
    }

    @Test
    void raisesTheBarrierOnlyForRowsOfOtherProcesses() throws SQLException {
        started(delivery);
        store(Trips.requested(Trips.newSaga()));
        awaitEmpty();
        assertThat(barriers()).isZero();
        try (Connection rival = TestInfra.connect(delivery.schema)) {
            insertByHand(rival, Trips.newSaga(), "{}");
        }
        awaitEmpty();
        assertThat(barriers()).isEqualTo(showsCommitsEarly() ? 1 : 0);
    }

    @Test
    void publishesRowsOfItsOwnProcessWithoutReadingThem() throws SQLException {
        store(Trips.requested(Trips.SAGA));
        rewriteFirstRow(payload -> payload.substring(0, 36) + " {}\n");
        started(delivery);
        assertThat(types(delivery.records("trips", 1), Trips.SAGA)).containsExactly("TRIP_REQUESTED");
    }

    @Test
    void skipsSentRowsAndDeletesSeveralAtOnce() {
        Delivery quiet = delivery.withoutRelayPoll();
        started(quiet);
        for (int sent = 1; sent <= 10; sent++) {
            store(quiet, Trips.requested(Trips.newSaga()));
            assertThat(delivery.records("trips", sent)).hasSize(sent);
        }
        awaitRows(10);
        store(quiet, Trips.requested(Trips.newSaga()));
        assertThat(delivery.records("trips", 11)).hasSize(11);
        awaitRows(1);
        quiet.close();
    }

    @Test
    void aRelayThatStopsDeletesSentRows() {
        Delivery quiet = delivery.withoutRelayPoll();
        OutboxRelay relay = started(quiet);
        store(quiet, Trips.requested(Trips.newSaga()));
        assertThat(delivery.records("trips", 1)).hasSize(1);
        awaitRows(1);
        relay.stop();
        awaitEmpty();
        quiet.close();
    }

    private long barriers() {
        return showsCommitsEarly() ? delivery.count("SELECT COALESCE(SUM(raised), 0) FROM commit_barrier") : 0;
    }

    private static boolean showsCommitsEarly() {
        return TestInfra.kind().dialect().showsCommitsEarly();
    }

    private void store(SagaEvent... events) {
        store(delivery, events);
    }

    private static void store(Delivery instance, SagaEvent... events) {
        List<OutgoingEvent> outgoing = java.util.Arrays.stream(events)
                .map(event -> OutgoingEvent.first(event, null))
                .toList();
        instance.outbox.add(outgoing).as(instance.transactions::retrying).block(Duration.ofSeconds(10));
    }

    private static void insertByHand(Connection connection, TransactionId saga, String payload) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO outbox (shard, topic, events, payload) VALUES (0, 'trips', 1, ?)")) {
            statement.setBytes(1, (saga + " " + payload + "\n").getBytes(StandardCharsets.UTF_8));
            statement.execute();
        }
    }

    private void rewriteFirstRow(UnaryOperator<String> change) throws SQLException {
        try (Connection connection = TestInfra.connect(delivery.schema);
                Statement query = connection.createStatement();
                ResultSet row = query.executeQuery("SELECT id, payload FROM outbox ORDER BY id LIMIT 1");
                PreparedStatement update = connection.prepareStatement("UPDATE outbox SET payload = ? WHERE id = ?")) {
            row.next();
            String changed = change.apply(new String(row.getBytes(2), StandardCharsets.UTF_8));
            update.setBytes(1, changed.getBytes(StandardCharsets.UTF_8));
            update.setLong(2, row.getLong(1));
            update.execute();
        }
    }

    private List<String> types(List<ConsumerRecord<byte[], byte[]>> records, TransactionId saga) {
        return records.stream()
                .filter(record -> new String(record.key(), StandardCharsets.UTF_8).equals(saga.text()))
                .map(record -> record.value().length < 3
                        ? "{}"
                        : delivery.codec
                                .decode(record.key(), record.value())
                                .event()
                                .type()
                                .name())
                .toList();
    }

    private void awaitEmpty() {
        awaitRows(0);
    }

    private void awaitRows(long rows) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(delivery.count("SELECT COUNT(*) FROM outbox"))
                        .isEqualTo(rows));
    }
}
