package dev.saga.delivery.inbox;

import dev.saga.delivery.Trips;
import dev.saga.delivery.audit.Audit;
import dev.saga.delivery.consumer.EventConsumer;
import dev.saga.delivery.inbox.Arrival.Place;
import dev.saga.delivery.instance.ConsumerProgress;
import dev.saga.delivery.instance.DeliveryMetrics;
import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.instance.Topics;
import dev.saga.delivery.log.EventLog;
import dev.saga.delivery.outbox.CommittedRows;
import dev.saga.delivery.outbox.EventSender;
import dev.saga.delivery.outbox.Outbox;
import dev.saga.delivery.outbox.OutboxRelay;
import dev.saga.delivery.sql.Connections;
import dev.saga.delivery.sql.DatabaseLook;
import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.sql.StatementLimit;
import dev.saga.delivery.sql.Transactions;
import dev.saga.delivery.trace.Spans;
import dev.saga.delivery.wire.EventCodec;
import dev.saga.delivery.wire.EventHeaders;
import dev.saga.delivery.wire.Payload;
import dev.saga.event.Envelope;
import dev.saga.event.SagaEvent;
import dev.saga.event.StateTopic;
import dev.saga.testing.TestInfra;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Option;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.flywaydb.core.Flyway;

/** The delivery of one service instance on a real database and a real broker, wired without Spring. */
public final class Delivery implements AutoCloseable {
    /** A compacted topic of the service. */
    public static final StateTopic SEATS = new StateTopic("seats");

    private static final AtomicLong OFFSETS = new AtomicLong();

    public final String schema;
    public final DeliveryProperties properties;
    final ConnectionFactory unpooled;
    final ConnectionPool pool;
    public final Sql sql;
    public final Transactions transactions;
    public final EventCodec codec = new EventCodec(Trips.CONTRACT);
    final CommittedRows committedRows = new CommittedRows();
    final EventLog log;
    public final Outbox outbox;
    final DeadLetters letters;
    public final RecordingHandler handler;
    final Inbox<?> inbox;
    final Audit audit;
    final DeadLetterDesk desk;
    public final Topics topics;
    final StatementLimit limit;
    final DatabaseLook database;
    final ConsumerProgress progress = new ConsumerProgress();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final DeliveryMetrics metrics = new DeliveryMetrics(meters, progress);

    private Delivery(String schema, DeliveryProperties properties) {
        this(schema, properties, new StatementLimit());
        database.look().onErrorComplete().block();
    }

    private Delivery(String schema, DeliveryProperties properties, StatementLimit limit) {
        this.limit = limit;
        this.schema = schema;
        this.properties = properties;
        this.unpooled = ConnectionFactories.get(TestInfra.sessions(schema));
        this.pool = new ConnectionPool(
                ConnectionPoolConfiguration.builder(unpooled).maxSize(4).build());
        var connections = new Connections(pool);
        this.sql = new Sql(connections, limit);
        this.transactions = new Transactions(connections);
        this.database = new DatabaseLook(pool, sql, limit);
        this.log = new EventLog(sql, codec, properties.timeline());
        this.outbox = new Outbox(
                sql, log, codec, properties, UUID::randomUUID, Clock.systemUTC(), committedRows, Spans.none());
        this.letters = new DeadLetters(sql, Clock.systemUTC());
        this.handler = new RecordingHandler(sql);
        this.audit = new Audit(sql, Clock.systemUTC());
        this.inbox = new Inbox<>(handler, log, outbox, letters, transactions, limit, metrics, Spans.none());
        this.desk = new DeadLetterDesk(letters, inbox, codec, audit, transactions);
        this.topics = new Topics(properties, Trips.CONTRACT, List.of(SEATS));
    }

    /** Creates a service of its own: an empty database, and topics that no other test uses. */
    public static Delivery fresh() {
        String schema = TestInfra.newSchema();
        var delivery = new Delivery(schema, properties(schema + ".", 20, Duration.ofMillis(20)));
        delivery.migrate();
        return delivery;
    }

    private void migrate() {
        Flyway.configure()
                .dataSource(TestInfra.jdbcUrl(schema), TestInfra.user(), TestInfra.password())
                .locations(TestInfra.kind().migrations().getFirst(), "classpath:db/effects")
                .placeholders(Map.of(
                        "identity", TestInfra.of("BIGINT AUTO_INCREMENT", "BIGINT GENERATED ALWAYS AS IDENTITY")))
                .load()
                .migrate();
    }

    /** Creates another instance of the same service. */
    public Delivery anotherInstance() {
        return new Delivery(schema, properties);
    }

    /** Creates another instance, whose relay reads at most {@code rows} rows at once. */
    public Delivery withRelayBatch(int rows) {
        return new Delivery(schema, properties(properties.topicPrefix(), rows, properties.relayPoll()));
    }

    /** Creates another instance, which keeps a timeline. */
    Delivery withTimeline() {
        return new Delivery(
                schema,
                properties(properties.topicPrefix(), properties.relayBatch(), properties.relayPoll(), true),
                limit);
    }

    /** Creates another instance, whose relay is woken only by commits of that instance. Its lease is long. */
    public Delivery withoutRelayPoll() {
        return new Delivery(
                schema,
                properties(
                        properties.topicPrefix(),
                        properties.relayBatch(),
                        Duration.ofHours(1),
                        false,
                        Duration.ofHours(1)));
    }

    /** Creates another instance, whose relay holds a lease of this length. */
    public Delivery withRelayLease(Duration lease) {
        return new Delivery(
                schema,
                properties(properties.topicPrefix(), properties.relayBatch(), properties.relayPoll(), false, lease));
    }

    private static DeliveryProperties properties(String prefix, int relayBatch, Duration relayPoll) {
        return properties(prefix, relayBatch, relayPoll, false);
    }

    private static DeliveryProperties properties(String prefix, int relayBatch, Duration relayPoll, boolean timeline) {
        return properties(prefix, relayBatch, relayPoll, timeline, Duration.ofSeconds(3));
    }

    private static DeliveryProperties properties(
            String prefix, int relayBatch, Duration relayPoll, boolean timeline, Duration lease) {
        return new DeliveryProperties(
                "inventory-svc",
                TestInfra.get().kafka(),
                Map.of(),
                prefix,
                3,
                (short) 1,
                1,
                500,
                Duration.ofMillis(20),
                timeline,
                Duration.ofSeconds(15),
                1,
                relayBatch,
                relayPoll,
                lease,
                1000,
                Duration.ofMinutes(1),
                Duration.ofDays(7),
                Duration.ofDays(30));
    }

    /** Creates connections whose sessions use autocommit. */
    public ConnectionFactory committing() {
        return ConnectionFactories.get(TestInfra.sessions(schema)
                .mutate()
                .option(Option.valueOf("autocommit"), "true")
                .build());
    }

    public OutboxRelay relay() {
        return new OutboxRelay(
                unpooled, properties, new EventSender(properties, Spans.none()), topics, committedRows, metrics);
    }

    public EventConsumer consumer() {
        return new EventConsumer(properties, topics, handler, inbox, codec, database, progress);
    }

    /** Returns an event as a consumed record. */
    Arrival arrival(SagaEvent event) {
        return arrival(event, UUID.randomUUID());
    }

    Arrival arrival(SagaEvent event, UUID eventId) {
        byte[] value = codec.encode(envelope(event, eventId));
        return arrival(event.transactionId().text(), value);
    }

    Arrival arrival(String key, byte[] value) {
        return arrival(OFFSETS.incrementAndGet(), 0, key, value);
    }

    /** Returns a record at a position of the topic. */
    Arrival arrival(long offset, long time, String key, byte[] value) {
        return Arrival.of(
                new Place("trips", 0, offset, time),
                key.getBytes(StandardCharsets.UTF_8),
                Payload.of(value),
                EventHeaders.NONE,
                codec);
    }

    public static Envelope envelope(SagaEvent event, UUID eventId) {
        return new Envelope(eventId, "/order-svc", Instant.parse("2026-11-21T02:03:04.567Z"), null, null, event);
    }

    void take(Arrival... batch) {
        inbox.take(List.of(batch)).block(Duration.ofSeconds(30));
    }

    /** Returns a single number from the database. */
    public long count(String query) {
        try (var connection = TestInfra.connect(schema);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a single text from the database. */
    public String text(String query) {
        try (var connection = TestInfra.connect(schema);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public void execute(String statement) {
        try (var connection = TestInfra.connect(schema);
                var executed = connection.createStatement()) {
            executed.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Publishes a record on a topic of this system. */
    public void publish(String topic, String key, byte[] value) {
        topics.ready().block(Duration.ofSeconds(30));
        Map<String, Object> settings = Map.of("bootstrap.servers", properties.bootstrapServers());
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                    properties.topicPrefix() + topic, key.getBytes(StandardCharsets.UTF_8), value));
        }
    }

    /**
     * Returns all records of a topic from its beginning to its end, in order. Waits up to 20 s for at least {@code
     * atLeast} records.
     */
    public List<ConsumerRecord<byte[], byte[]>> records(String topic, int atLeast) {
        topics.ready().block(Duration.ofSeconds(30));
        var settings = new Properties();
        settings.put("bootstrap.servers", properties.bootstrapServers());
        String name = properties.topicPrefix() + topic;
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(name).stream()
                    .map(info -> new TopicPartition(name, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (all.size() < atLeast && System.nanoTime() < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(all::add);
            }
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(all::add);
            }
        }
        return all;
    }

    /** Returns a setting of a topic in Kafka. */
    public String topicSetting(String topic, String setting) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, properties.topicPrefix() + topic);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", properties.bootstrapServers()))) {
            return admin.describeConfigs(List.of(resource))
                    .all()
                    .get()
                    .get(resource)
                    .get(setting)
                    .value();
        }
    }

    @Override
    public void close() {
        pool.dispose();
    }
}
