package dev.saga.testing;

import dev.saga.delivery.audit.Audit;
import dev.saga.delivery.inbox.Arrival;
import dev.saga.delivery.inbox.Arrival.Place;
import dev.saga.delivery.inbox.DeadLetters;
import dev.saga.delivery.inbox.EventHandler;
import dev.saga.delivery.inbox.Inbox;
import dev.saga.delivery.instance.ConsumerProgress;
import dev.saga.delivery.instance.DeliveryMetrics;
import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.log.EventLog;
import dev.saga.delivery.outbox.CommittedRows;
import dev.saga.delivery.outbox.EventSender;
import dev.saga.delivery.outbox.Outbox;
import dev.saga.delivery.outbox.OutboxBatch;
import dev.saga.delivery.outbox.OutboxDepth;
import dev.saga.delivery.outbox.OutboxRows;
import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.sql.StatementLimit;
import dev.saga.delivery.trace.Spans;
import dev.saga.delivery.wire.EventCodec;
import dev.saga.delivery.wire.EventHeaders;
import dev.saga.delivery.wire.Payload;
import dev.saga.delivery.wire.StateCodec;
import dev.saga.event.Contract;
import dev.saga.event.Envelope;
import dev.saga.event.SagaEvent;
import dev.saga.event.StateType;
import dev.saga.event.TransactionId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The real inbox and outbox of a service on a test's database, without Kafka: the test passes batches to the inbox
 * itself.
 */
public final class TestDelivery {
    private static final AtomicLong OFFSETS = new AtomicLong();

    private final TestDatabase database;
    private final Contract contract;
    private final EventCodec codec;
    private final DeliveryProperties properties;
    private final Outbox outbox;
    private final EventLog log;
    private final DeadLetters letters;

    public TestDelivery(TestDatabase database, String service, Contract contract) {
        this.database = database;
        this.contract = contract;
        this.codec = new EventCodec(contract);
        properties = properties(service);
        log = new EventLog(database.sql(), codec, properties.timeline());
        letters = new DeadLetters(database.sql(), Clock.systemUTC());
        outbox = new Outbox(
                database.sql(),
                log,
                codec,
                properties,
                UUID::randomUUID,
                Clock.systemUTC(),
                new CommittedRows(),
                Spans.none());
    }

    /** Returns the default settings. */
    public static DeliveryProperties properties(String service) {
        return new Binder(new MapConfigurationPropertySource(Map.of("saga.delivery.service", service)))
                .bind("saga.delivery", DeliveryProperties.class)
                .get();
    }

    public Audit audit() {
        return new Audit(database.sql(), Clock.systemUTC());
    }

    public Outbox outbox() {
        return outbox;
    }

    public OutboxDepth depth() {
        return new OutboxDepth(
                database.sql(), properties, new DeliveryMetrics(new SimpleMeterRegistry(), new ConsumerProgress()));
    }

    /** Wraps an event in an envelope with a new id. */
    public static Envelope event(SagaEvent event) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return new Envelope(UUID.randomUUID(), "/test", now, null, null, event);
    }

    /** Handles a batch as a consumer does: in one transaction. Completes after the commit. */
    public Mono<Void> take(EventHandler<?> handler, List<Envelope> batch) {
        var metrics = new DeliveryMetrics(new SimpleMeterRegistry(), new ConsumerProgress());
        var inbox = new Inbox<>(
                handler, log, outbox, letters, database.transactions(), new StatementLimit(), metrics, Spans.none());
        return inbox.take(batch.stream().map(this::arrival).toList());
    }

    /** Returns how often code of the service raised the commit barrier; always 0 on a database that needs none. */
    public long barriersRaised() {
        if (!database.sql().dialect().showsCommitsEarly()) {
            return 0;
        }
        return Objects.requireNonNull(database.sql()
                .rows(
                        "SELECT COALESCE(SUM(raised), 0) AS n FROM commit_barrier",
                        List.of(),
                        row -> Sql.get(row, "n", Long.class))
                .single()
                .block());
    }

    private Arrival arrival(Envelope envelope) {
        byte[] key = envelope.transactionId().text().getBytes(StandardCharsets.US_ASCII);
        var place = new Place("test", 0, OFFSETS.incrementAndGet(), 0);
        return Arrival.of(place, key, Payload.of(codec.encode(envelope)), EventHeaders.NONE, codec);
    }

    /** Returns the codec of the service's states. */
    public StateCodec stateCodec() {
        return new StateCodec(contract, properties.source(), UUID::randomUUID, Clock.systemUTC());
    }

    /** Returns the states that are still in the outbox, in order. */
    public <T> List<T> outboxStates(StateType<T> type) {
        return Objects.requireNonNull(rows().filter(
                        event -> event.topic().equals(type.topic().text()))
                .map(event -> stateCodec()
                        .decode(
                                type,
                                event.key().getBytes(StandardCharsets.US_ASCII),
                                Payload.of(event.payload()),
                                EventHeaders.NONE,
                                Instant.EPOCH)
                        .state())
                .collectList()
                .block());
    }

    private Flux<EventSender.Outgoing> rows() {
        return database.sql()
                .rows("SELECT id, stored_at, topic, payload FROM outbox ORDER BY id", List.of(), OutboxRows::batch)
                .flatMapIterable(OutboxBatch::events);
    }

    /** Returns the states of a key that are still in the outbox, in order, as text. */
    public List<String> outboxStates(String key) {
        return Objects.requireNonNull(rows().filter(event -> event.key().equals(key))
                .map(event -> new String(event.payload(), StandardCharsets.UTF_8))
                .collectList()
                .block());
    }

    /** Returns the saga's events that are still in the outbox, in order. */
    public List<SagaEvent> outboxEvents(TransactionId saga) {
        return Objects.requireNonNull(rows().filter(event -> event.key().equals(saga.text()))
                .map(event -> codec.decode(event.key().getBytes(StandardCharsets.US_ASCII), event.payload())
                        .event())
                .collectList()
                .block());
    }
}
