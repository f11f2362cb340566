package dev.saga.delivery.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.saga.delivery.Trips;
import dev.saga.delivery.audit.AuditEntry;
import dev.saga.delivery.audit.Operator;
import dev.saga.delivery.inbox.DeadLetterDesk.Held;
import dev.saga.delivery.inbox.DeadLetters.Filter;
import dev.saga.delivery.work.PoisonException;
import dev.saga.event.Envelope;
import dev.saga.event.SagaEvent;
import dev.saga.event.TransactionId;
import dev.saga.testing.TestInfra;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Uses a real MariaDB. */
class InboxIT {
    private static final Filter ALL = new Filter(null, null);

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
    void storesStateAndResultAndRecordOfAnEventTogether() {
        delivery.take(delivery.arrival(Trips.requested(Trips.SAGA)));
        assertCounts(1, 1, 1, 0);
        assertThat(delivery.handler.committed).hasValue(1);
    }

    @Test
    void sameEventTwiceChangesStateOnce() {
        Arrival event = delivery.arrival(Trips.requested(Trips.SAGA));
        delivery.take(event);
        delivery.take(event);
        assertCounts(1, 1, 1, 0);
    }

    @Test
    void sameEventTwiceInOneBatchChangesStateOnce() {
        Arrival event = delivery.arrival(Trips.requested(Trips.SAGA));
        delivery.take(event, event);
        assertCounts(1, 1, 1, 0);
    }

    @Test
    void cancelIsNotSwallowedBecauseItsSagaWasSeenBefore() {
        delivery.take(delivery.arrival(Trips.requested(Trips.SAGA)));
        delivery.take(delivery.arrival(Trips.dropped(Trips.SAGA)));
        assertCounts(2, 2, 2, 0);
    }

    @Test
    void handlesEventsOfASagaInTheirOrder() {
        delivery.take(delivery.arrival(Trips.requested(Trips.SAGA)), delivery.arrival(Trips.dropped(Trips.SAGA)));
        assertThat(delivery.count("SELECT COUNT(*) FROM effect a JOIN effect b ON a.id < b.id"
                        + " WHERE a.type = 'TRIP_REQUESTED' AND b.type = 'TRIP_DROPPED'"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1213, 1205, 1020, 1062})
    void aTransientFailureAfterTheStateChangeLeavesNoTraceAndIsRetried(int error) {
        var left = new AtomicInteger(3);
        delivery.handler.failure = batch ->
                left.getAndDecrement() > 0 ? new R2dbcTransientResourceException("try again", "40001", error) : null;
        delivery.take(delivery.arrival(Trips.requested(Trips.SAGA)));
        assertThat(delivery.handler.calls).hasValue(4);
        assertThat(delivery.handler.committed).hasValue(1);
        assertCounts(1, 1, 1, 0);
    }

    @Test
    void twoInstancesTakeTheSameBatchAtOnceWithOneEffect() {
        try (Delivery other = delivery.anotherInstance()) {
            List<Arrival> batch = IntStream.range(0, 200)
                    .mapToObj(i -> delivery.arrival(Trips.requested(Trips.newSaga())))
                    .toList();
            Mono.when(delivery.inbox.take(batch), other.inbox.take(batch.reversed()))
                    .block(Duration.ofSeconds(60));
            assertCounts(200, 200, 200, 0);
        }
    }

    @Test
    void knownEventsOfOtherServicesAreAcknowledgedWithoutEffect() {
        delivery.take(delivery.arrival(Trips.booked(Trips.SAGA)));
        assertCounts(0, 0, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "null", "[]", "{\"specversion\":\"1.0\",\"type\":\"TRIP_EXPLODED\"}"})
    void parksARecordThatIsNoEventWithItsSagaAndGoesOn(String garbage) {
        delivery.take(garbage(Trips.SAGA, garbage), delivery.arrival(Trips.requested(Trips.newSaga())));
        assertCounts(1, 1, 1, 1);
        assertThat(delivery.count("SELECT COUNT(*) FROM dead_letter WHERE transaction_id = '" + Trips.SAGA + "'"))
                .isEqualTo(1);
    }

    @Test
    void parksMoreGarbageAtOnceThanAStatementOfTheDatabaseMayHold() {
        Arrival[] batch = IntStream.range(0, 18)
                .mapToObj(i -> garbage(Trips.newSaga(), "'".repeat(1_000_000)))
                .toArray(Arrival[]::new);
        delivery.take(batch);
        assertCounts(0, 0, 0, 18);
        assertThat(list()).allSatisfy(letter -> assertThat(letter.payload()).hasSize(16 * 1024));
        assertThat(list())
                .allSatisfy(letter -> assertThat(letter.payloadBytes()).isEqualTo(1_000_000));
        assertThat(delivery.count("SELECT MIN(LENGTH(payload)) FROM dead_letter"))
                .as("bytes kept of records that can never be read")
                .isEqualTo(64 * 1024);
    }

    @Test
    void aLargeEventOfAnUnknownTypeIsKeptWholeForAVersionThatKnowsIt() {
        delivery.take(garbage(Trips.SAGA, event("TRIP_GIFT_WRAPPED", "'".repeat(900_000))));
        assertThat(delivery.count("SELECT LENGTH(payload) FROM dead_letter")).isGreaterThan(900_000);
        assertThat(list().getFirst().reason()).isEqualTo("unknown type TRIP_GIFT_WRAPPED");
    }

    private static String event(String type, String note) {
        return "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/order-svc\",\"type\":\"" + type
                + "\",\"subject\":\"" + Trips.SAGA + "\",\"note\":\"" + note + "\",\"data\":{}}";
    }

    @Test
    void parksABrokenRecordOfATypeThatItDoesNotConsume() {
        String broken = "{\"specversion\":\"1.0\",\"type\":\"HOTEL_BOOKED\"}";
        delivery.take(garbage(Trips.SAGA, broken));
        assertCounts(0, 0, 0, 1);
    }

    @Test
    void parksLaterEventsOfAPoisonedSagaBehindIt() {
        delivery.take(garbage(Trips.SAGA, "{"), delivery.arrival(Trips.requested(Trips.SAGA)));
        delivery.take(delivery.arrival(Trips.dropped(Trips.SAGA)));
        assertCounts(0, 0, 0, 3);
    }

    @Test
    void anInstanceThatDoesNotKnowOfALetterParksRecordsBehindIt() {
        try (Delivery other = delivery.anotherInstance()) {
            delivery.take(garbage(Trips.SAGA, "{"));
            other.take(
                    delivery.arrival(Trips.requested(Trips.SAGA)), delivery.arrival(Trips.requested(Trips.newSaga())));
            assertCounts(1, 1, 1, 2);
        }
    }

    @Test
    void aRedeliveredEventBehindALetterIsParkedToo() {
        Arrival created = delivery.arrival(Trips.requested(Trips.SAGA));
        delivery.take(created);
        delivery.take(garbage(Trips.SAGA, "{"));
        delivery.take(created);
        assertCounts(1, 1, 1, 2);
    }

    @Test
    void anInstanceThatDoesNotKnowOfADiscardedLetterHandlesRecordsBehindIt() {
        Arrival bad = garbage(Trips.SAGA, "{");
        delivery.take(bad);
        assertThat(delivery.desk.discard(list().getFirst().id()).block()).isTrue();
        try (Delivery other = delivery.anotherInstance()) {
            other.take(bad, delivery.arrival(Trips.requested(Trips.SAGA)));
            assertCounts(1, 1, 1, 0);
        }
    }

    @Test
    void parksWhatTheServiceRefusesAndHandlesTheRestOfTheBatch() {
        Arrival bad = delivery.arrival(Trips.requested(Trips.SAGA));
        UUID badId = bad.envelope().id();
        delivery.handler.failure = batch -> contains(batch, badId)
                ? new PoisonException("unknown-saga", Map.of(bad.envelope(), "no such order"))
                : null;
        delivery.take(
                delivery.arrival(Trips.requested(Trips.newSaga())),
                bad,
                delivery.arrival(Trips.requested(Trips.newSaga())));
        assertCounts(2, 2, 2, 1);
        assertThat(list().getFirst().reason()).isEqualTo("no such order");
    }

    @Test
    void halvesABatchUntilTheRecordThatBreaksItStandsAlone() {
        Arrival bad = delivery.arrival(Trips.requested(Trips.SAGA));
        UUID badId = bad.envelope().id();
        delivery.handler.failure = batch -> contains(batch, badId) ? new IllegalStateException("a bug") : null;
        List<Arrival> batch = new ArrayList<>(IntStream.range(0, 20)
                .mapToObj(i -> delivery.arrival(Trips.requested(Trips.newSaga())))
                .toList());
        batch.add(7, bad);
        delivery.inbox.take(batch).block(Duration.ofSeconds(30));
        assertCounts(20, 20, 20, 1);
    }

    @Test
    void aRecordThatFailsOnceWhileTheDriverIsConfusedIsNotParked() {
        var left = new AtomicInteger(1);
        delivery.handler.failure =
                batch -> left.getAndDecrement() > 0 ? new IllegalStateException("no server, no state") : null;
        delivery.take(delivery.arrival(Trips.requested(Trips.SAGA)));
        assertCounts(1, 1, 1, 0);
    }

    @Test
    void aFloodOfPoisonStopsNothingElse() {
        for (int round = 0; round < 20; round++) {
            List<Arrival> batch = new ArrayList<>(IntStream.range(0, 500)
                    .mapToObj(i -> garbage(Trips.newSaga(), "garbage"))
                    .toList());
            batch.add(delivery.arrival(Trips.requested(Trips.newSaga())));
            delivery.inbox.take(batch).block(Duration.ofSeconds(30));
        }
        assertCounts(20, 20, 20, 10_000);
    }

    @Test
    void aRecordThatIsParkedAgainAfterACrashIsParkedOnce() {
        Arrival bad = garbage(Trips.SAGA, "{");
        delivery.take(bad);
        delivery.take(bad);
        assertCounts(0, 0, 0, 1);
    }

    @Test
    void replaysALetterAndAllLaterOnesOfItsSagaInOrder() {
        TransactionId other = Trips.newSaga();
        Arrival bad = delivery.arrival(Trips.requested(Trips.SAGA));
        UUID badId = bad.envelope().id();
        delivery.handler.failure = batch -> contains(batch, badId) ? new IllegalStateException("a bug") : null;
        delivery.take(bad, garbage(other, "{"));
        delivery.take(delivery.arrival(Trips.dropped(Trips.SAGA)));
        long first = list().getFirst().id();

        assertThat(replay(first).stoppedAt()).isEqualTo(first);
        assertCounts(0, 0, 0, 3);

        delivery.handler.failure = batch -> null;
        assertThat(replay(first)).isEqualTo(new DeadLetterDesk.Replay(2, null, null));
        assertCounts(2, 2, 2, 1);
        delivery.take(delivery.arrival(Trips.dropped(Trips.SAGA)));
        assertCounts(3, 3, 3, 1);
    }

    @Test
    void findsTheSagasWithAMatchingLetterAndTheirFirstLetters() {
        TransactionId other = Trips.newSaga();
        delivery.take(garbage(Trips.SAGA, "{"), garbage(other, "[]"), delivery.arrival("no saga", new byte[] {1}));
        delivery.take(delivery.arrival(Trips.dropped(Trips.SAGA)));
        List<DeadLetterDesk.View> letters = list();
        assertThat(held(ALL))
                .containsExactly(
                        new Held(letters.get(0).id(), Trips.SAGA, 2),
                        new Held(letters.get(1).id(), other, 1),
                        new Held(letters.get(2).id(), null, 1));
        assertThat(held(new Filter(other, null))).extracting(Held::saga).containsExactly(other);
        DeadLetterDesk.View behind = letters.getLast();
        assertThat(behind.transactionId()).isEqualTo(Trips.SAGA);
        assertThat(held(new Filter(null, behind.reason().substring(2))))
                .containsExactly(new Held(letters.get(0).id(), Trips.SAGA, 2));
        assertThat(held(new Filter(null, "no such reason"))).isEmpty();
        assertThat(delivery.desk.held(ALL, letters.get(0).id(), 1).block())
                .as("the next page of one saga")
                .containsExactly(new Held(letters.get(1).id(), other, 1));
        assertThat(delivery.desk.list(new Filter(other, null), 0, 100).block())
                .extracting(DeadLetterDesk.View::id)
                .containsExactly(letters.get(1).id());
    }

    private List<Held> held(Filter filter) {
        return delivery.desk.held(filter, 0, 100).block();
    }

    @Test
    void theAuditHasEachReplayAndDiscardWithItsResult() {
        delivery.take(garbage(Trips.SAGA, "{"));
        delivery.take(delivery.arrival(Trips.requested(Trips.SAGA)));
        long first = list().getFirst().id();
        long second = list().getLast().id();
        var olga = new Operator("olga", "ticket 7");
        delivery.desk.replay(first).contextWrite(olga::addTo).block();
        delivery.desk.discard(first).contextWrite(olga::addTo).block();
        delivery.desk.discard(first).contextWrite(olga::addTo).block();
        delivery.desk.replay(second).contextWrite(olga::addTo).block();
        List<AuditEntry> newestFirst =
                delivery.audit.list(Long.MAX_VALUE, 10).collectList().block();
        assertThat(newestFirst)
                .extracting(AuditEntry::action, AuditEntry::target)
                .containsExactly(
                        tuple("dead-letter.replay", second + " of " + Trips.SAGA),
                        tuple("dead-letter.discard", "" + first),
                        tuple("dead-letter.replay", first + " of " + Trips.SAGA));
        assertThat(newestFirst)
                .extracting(AuditEntry::result)
                .element(2)
                .asString()
                .startsWith("failed: ");
        assertThat(newestFirst).extracting(AuditEntry::result).first().isEqualTo("replayed 1");
        assertThat(newestFirst)
                .allSatisfy(entry -> assertThat(List.of(entry.subject(), String.valueOf(entry.reason())))
                        .containsExactly("olga", "ticket 7"));
        assertThat(delivery.audit.list(newestFirst.getFirst().id(), 1).blockFirst())
                .isEqualTo(newestFirst.get(1));
    }

    @Test
    void aDiscardedLetterNoLongerHoldsItsSaga() {
        delivery.take(garbage(Trips.SAGA, "{"));
        assertThat(delivery.desk.discard(list().getFirst().id()).block()).isTrue();
        delivery.take(delivery.arrival(Trips.requested(Trips.SAGA)));
        assertCounts(1, 1, 1, 0);
    }

    @Test
    void resolvedRecordsAreNotHandledAgainWhenTheirTopicIsReadAgain() {
        Arrival bad = garbage(Trips.SAGA, "{");
        Arrival behind = delivery.arrival(Trips.dropped(Trips.SAGA));
        Arrival behindThat = delivery.arrival(Trips.requested(Trips.SAGA));
        delivery.take(bad, behind, behindThat);
        List<DeadLetterDesk.View> letters = list();
        delivery.desk.discard(letters.get(0).id()).block();
        delivery.desk.discard(letters.get(1).id()).block();
        assertThat(replay(letters.get(2).id())).isEqualTo(new DeadLetterDesk.Replay(1, null, null));
        assertCounts(1, 1, 1, 0);

        delivery.take(bad);
        delivery.take(behind);
        delivery.take(behindThat);
        assertCounts(1, 1, 1, 0);
        delivery.take(delivery.arrival(Trips.dropped(Trips.SAGA)));
        assertCounts(2, 2, 2, 0);
    }

    @Test
    void aRecreatedTopicHasTheSameOffsetsButOtherRecords() {
        Arrival bad = garbage(Trips.SAGA, "{");
        delivery.take(bad);
        delivery.desk.discard(list().getFirst().id()).block();
        long offset = bad.place().offset();
        delivery.take(delivery.arrival(offset, 1, Trips.SAGA.text(), "}".getBytes(StandardCharsets.UTF_8)));
        assertCounts(0, 0, 0, 1);
    }

    private Arrival garbage(TransactionId saga, String text) {
        return delivery.arrival(saga.text(), text.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean contains(List<Envelope> batch, UUID id) {
        return batch.stream().anyMatch(envelope -> envelope.id().equals(id));
    }

    private List<DeadLetterDesk.View> list() {
        return delivery.desk.list(ALL, 0, 100).block();
    }

    private DeadLetterDesk.Replay replay(long id) {
        return delivery.desk.replay(id).block(Duration.ofSeconds(30));
    }

    private void assertCounts(long effects, long recorded, long published, long parked) {
        assertThat(delivery.count("SELECT COUNT(*) FROM effect")).as("effects").isEqualTo(effects);
        assertThat(delivery.count("SELECT COUNT(*) FROM event_log"))
                .as("recorded")
                .isEqualTo(recorded);
        assertThat(delivery.count("SELECT COALESCE(SUM(events), 0) FROM outbox"))
                .as("published")
                .isEqualTo(published);
        assertThat(delivery.count("SELECT COUNT(*) FROM dead_letter WHERE resolved_at IS NULL"))
                .as("parked")
                .isEqualTo(parked);
    }

    @Test
    void sourceAndIdTogetherIdentifyAnEventInABatchAndInTheTable() {
        UUID shared = UUID.randomUUID();
        SagaEvent event = Trips.requested(Trips.SAGA);
        Arrival ours = delivery.arrival(event, shared);
        Arrival theirs = ofSource("/another", event, shared);
        delivery.take(ours, theirs, ofSource("/third", Trips.requested(Trips.newSaga()), shared));
        assertCounts(3, 3, 3, 0);
        delivery.take(theirs, ofSource("/fourth", event, shared));
        assertCounts(4, 4, 4, 0);
    }

    private Arrival ofSource(String source, SagaEvent event, UUID id) {
        var envelope = new Envelope(id, source, Instant.parse("2026-11-21T02:03:04.567Z"), null, null, event);
        return delivery.arrival(event.transactionId().text(), delivery.codec.encode(envelope));
    }

    @Test
    void aRecordWhoseSubjectNamesAnotherSagaIsParkedAndHoldsNoSaga() {
        String other = new String(
                delivery.codec.encode(Delivery.envelope(Trips.requested(Trips.newSaga()), UUID.randomUUID())),
                StandardCharsets.UTF_8);
        delivery.take(garbage(Trips.SAGA, other), delivery.arrival(Trips.requested(Trips.SAGA)));
        assertCounts(1, 1, 1, 1);
        assertThat(list().getFirst().reason()).isEqualTo("the key is not the subject");
    }

    @Test
    void aRecordThatIsTooLargeForAnEventIsParkedCutWithItsLengthAndItsHash() throws Exception {
        byte[] bomb = "x".repeat(17 << 20).getBytes(StandardCharsets.UTF_8);
        delivery.take(delivery.arrival(Trips.SAGA.text(), bomb), delivery.arrival(Trips.requested(Trips.newSaga())));
        assertCounts(1, 1, 1, 1);
        assertThat(list().getFirst().payloadBytes()).isEqualTo(bomb.length);
        assertThat(delivery.count("SELECT LENGTH(payload) FROM dead_letter")).isEqualTo(64 * 1024);
        assertThat(delivery.text(TestInfra.of(
                        "SELECT LOWER(HEX(payload_sha256)) FROM dead_letter",
                        "SELECT ENCODE(payload_sha256, 'hex') FROM dead_letter")))
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bomb)));
        long id = list().getFirst().id();
        assertThat(replay(id))
                .isEqualTo(new DeadLetterDesk.Replay(0, id, "the value has 17825792 bytes, of which 65536 are kept"));
    }

    @Test
    void statementsStayBelowASmallLimitOfTheServer() {
        delivery.limit.packet(1 << 20);
        Arrival[] batch = IntStream.range(0, 40)
                .mapToObj(i -> i % 4 == 0
                        ? garbage(Trips.newSaga(), event("TRIP_GIFT_WRAPPED", "'".repeat(900_000)))
                        : delivery.arrival(Trips.requested(Trips.newSaga())))
                .toArray(Arrival[]::new);
        delivery.take(batch);
        assertCounts(30, 30, 30, 10);
        assertThat(list())
                .allSatisfy(letter -> assertThat(letter.payloadBytes()).isGreaterThan(900_000));
        assertThat(delivery.count("SELECT MAX(LENGTH(payload)) FROM dead_letter"))
                .as("bytes kept, each of which takes two in a statement")
                .isLessThan(1 << 19);
    }

    @Test
    void aBatchThatIsTooLongForOneStatementIsHandledInSeveralTransactions() {
        delivery.limit.packet(1 << 20);
        var timeline = delivery.withTimeline();
        List<Arrival> batch = IntStream.range(0, 30).mapToObj(i -> large()).toList();
        timeline.inbox.take(batch).block(Duration.ofSeconds(30));
        assertCounts(30, 60, 30, 0);
        assertThat(timeline.handler.committed).hasValueGreaterThan(1);
        timeline.close();
    }

    /** Returns an event of 30 kB with an unknown field. */
    private Arrival large() {
        TransactionId saga = Trips.newSaga();
        String json = new String(
                delivery.codec.encode(Delivery.envelope(Trips.requested(saga), UUID.randomUUID())),
                StandardCharsets.UTF_8);
        String padded = json.replaceFirst("\"data\":", "\"future\":\"" + "y".repeat(30_000) + "\",\"data\":");
        return delivery.arrival(saga.text(), padded.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UnsupportedOperationException", "ClassCastException", "StackOverflowError"})
    void parksTheRecordIfAHandlerThrowsAnUnexpectedException(String what) {
        Arrival bad = delivery.arrival(Trips.requested(Trips.SAGA));
        UUID badId = bad.envelope().id();
        RuntimeException fault = switch (what) {
            case "ClassCastException" -> new ClassCastException("a bug");
            case "UnsupportedOperationException" -> new UnsupportedOperationException("a bug");
            default -> new IllegalStateException(new StackOverflowError("a bug"));
        };
        delivery.handler.failure = batch -> contains(batch, badId) ? fault : null;
        delivery.take(bad, delivery.arrival(Trips.requested(Trips.newSaga())));
        assertCounts(1, 1, 1, 1);
        assertThat(list().getFirst().reason()).contains("a bug");
    }

    @Test
    void aRepeatedLockWaitHalvesTheBatchUntilItsRecordWaitsAlone() {
        Arrival slow = delivery.arrival(Trips.requested(Trips.SAGA));
        UUID slowId = slow.envelope().id();
        var left = new AtomicInteger(8);
        List<Integer> sizes = new ArrayList<>();
        delivery.handler.failure = batch -> {
            boolean waits = contains(batch, slowId) && left.getAndDecrement() > 0;
            if (waits) {
                sizes.add(batch.size());
            }
            return waits ? new R2dbcTransientResourceException("Lock wait timeout exceeded", "HY000", 1205) : null;
        };
        delivery.take(
                delivery.arrival(Trips.requested(Trips.newSaga())),
                delivery.arrival(Trips.requested(Trips.newSaga())),
                slow,
                delivery.arrival(Trips.requested(Trips.newSaga())));
        assertCounts(4, 4, 4, 0);
        assertThat(sizes).startsWith(4, 4, 2, 2, 1).endsWith(1, 1);
    }

    @Test
    void aStepThatIsRepeatedBehindALetterWaitsOnce() {
        SagaEvent cancel = Trips.dropped(Trips.SAGA);
        delivery.take(garbage(Trips.SAGA, "{"), delivery.arrival(cancel), delivery.arrival(cancel));
        delivery.take(delivery.arrival(cancel));
        delivery.take(delivery.arrival(cancel), delivery.arrival(Trips.dropped(Trips.SAGA, "another")));
        assertCounts(0, 0, 0, 3);
    }

    @Test
    void aReplayWorksThroughAnyNumberOfLetters() {
        delivery.take(garbage(Trips.SAGA, "{"));
        for (int round = 0; round < 6; round++) {
            List<Arrival> batch = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                batch.add(delivery.arrival(Trips.requested(Trips.SAGA, 1 + round * 500 + i)));
            }
            delivery.inbox.take(batch).block(Duration.ofSeconds(30));
        }
        assertCounts(0, 0, 0, 3_001);
        List<DeadLetterDesk.View> letters = list();
        delivery.desk.discard(letters.get(0).id()).block();
        assertThat(replay(letters.get(1).id())).isEqualTo(new DeadLetterDesk.Replay(3_000, null, null));
        assertCounts(3_000, 3_000, 3_000, 0);
    }

    @Test
    void aReplayStopsAtTheLetterThatFailsAgainHoweverManyAreReplayedAtOnce() {
        delivery.take(garbage(Trips.SAGA, "{"));
        List<Arrival> batch = IntStream.range(0, 50)
                .mapToObj(i -> delivery.arrival(Trips.requested(Trips.SAGA, 1 + i)))
                .toList();
        delivery.inbox.take(batch).block(Duration.ofSeconds(30));
        List<DeadLetterDesk.View> letters = list();
        delivery.desk.discard(letters.get(0).id()).block();
        UUID bad = batch.get(29).envelope().id();
        delivery.handler.failure = events -> contains(events, bad) ? new IllegalStateException("a bug") : null;
        assertThat(replay(letters.get(1).id()))
                .isEqualTo(new DeadLetterDesk.Replay(29, letters.get(30).id(), "a bug"));
        assertCounts(29, 29, 29, 21);
    }

    @Test
    void recordsParkedByAnotherInstanceAreAcknowledgedAfterAnOwnCommit() {
        Arrival bad = garbage(Trips.SAGA, "{");
        delivery.take(bad);
        long before = barriers();
        delivery.take(bad);
        assertThat(barriers()).isEqualTo(TestInfra.kind().dialect().showsCommitsEarly() ? before + 1 : 0);
    }

    private long barriers() {
        return TestInfra.kind().dialect().showsCommitsEarly()
                ? delivery.count("SELECT COALESCE(MAX(raised), 0) FROM commit_barrier WHERE id = 100")
                : 0;
    }

    @Test
    void eachCauseOfADeadLetterIsLoggedAfterTheCommitAndRecordsBehindItAreNot() {
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        var log = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(Inbox.class);
        log.setLevel(Level.WARN);
        log.addAppender(lines);
        delivery.take(garbage(Trips.SAGA, "{"), delivery.arrival(Trips.requested(Trips.SAGA)));
        log.detachAppender(lines);
        assertThat(lines.list)
                .singleElement()
                .satisfies(line -> assertThat(line.getFormattedMessage())
                        .startsWith("record parked place=")
                        .contains("transaction_id=" + Trips.SAGA, "reason=\""));
    }
}
