package dev.saga.delivery;

import com.fasterxml.uuid.Generators;
import dev.saga.delivery.audit.Audit;
import dev.saga.delivery.consumer.CatchUp;
import dev.saga.delivery.consumer.EventConsumer;
import dev.saga.delivery.consumer.StateReader;
import dev.saga.delivery.guard.DatabaseGuard;
import dev.saga.delivery.inbox.DeadLetterDesk;
import dev.saga.delivery.inbox.DeadLetters;
import dev.saga.delivery.inbox.EventHandler;
import dev.saga.delivery.inbox.Inbox;
import dev.saga.delivery.instance.ConsumerProgress;
import dev.saga.delivery.instance.DeliveryMetrics;
import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.instance.Topics;
import dev.saga.delivery.lease.RelayDesk;
import dev.saga.delivery.log.EventLog;
import dev.saga.delivery.log.Pruning;
import dev.saga.delivery.meter.MeterConfiguration;
import dev.saga.delivery.outbox.CommittedRows;
import dev.saga.delivery.outbox.EventSender;
import dev.saga.delivery.outbox.Outbox;
import dev.saga.delivery.outbox.OutboxDepth;
import dev.saga.delivery.outbox.OutboxRelay;
import dev.saga.delivery.sql.DatabaseConfiguration;
import dev.saga.delivery.sql.DatabaseLook;
import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.sql.StatementLimit;
import dev.saga.delivery.sql.Transactions;
import dev.saga.delivery.sql.dialect.DatabaseKind;
import dev.saga.delivery.trace.Spans;
import dev.saga.delivery.trace.TracingConfiguration;
import dev.saga.delivery.wire.EventCodec;
import dev.saga.delivery.work.Ids;
import dev.saga.delivery.work.Ticker;
import dev.saga.event.Contract;
import dev.saga.event.StateTopic;
import io.micrometer.core.instrument.MeterRegistry;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Wrapped;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of the delivery. The service provides one {@link EventHandler}, the {@link Contract} of its
 * events, and a {@link StateTopic} for each compacted topic on which it publishes or which it reads.
 */
@AutoConfiguration(afterName = "org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration")
@EnableConfigurationProperties(DeliveryProperties.class)
@Import({DatabaseConfiguration.class, StateConfiguration.class, MeterConfiguration.class, TracingConfiguration.class})
public class DeliveryConfiguration {

    /** Stops the start if {@code saga.database.kind} is unknown, before any other bean needs the database. */
    @Bean
    static BeanFactoryPostProcessor databaseKindCheck(Environment environment) {
        return beans -> kind(environment);
    }

    private static DatabaseKind kind(Environment environment) {
        return Binder.get(environment)
                .bind("saga.database.kind", DatabaseKind.class)
                .orElse(DatabaseKind.MARIADB);
    }

    @Bean
    FlywayConfigurationCustomizer deliveryTables(Environment environment, DeliveryProperties properties) {
        return flyway -> flyway.locations(kind(environment).migrations().toArray(String[]::new))
                .callbacks(new DatabaseGuard(
                        kind(environment).dialect(),
                        properties.outboxShards(),
                        environment.getProperty("saga.database.durable", Boolean.class, true)));
    }

    @Bean
    @ConditionalOnMissingBean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    @ConditionalOnMissingBean
    Ids ids() {
        return Generators.timeBasedEpochGenerator()::generate;
    }

    @Bean
    ConsumerProgress consumerProgress() {
        return new ConsumerProgress();
    }

    @Bean
    CatchUp catchUp(ConsumerProgress progress) {
        return new CatchUp(progress::hasCaughtUp);
    }

    @Bean
    Ticker lagTicker(ConsumerProgress progress, Topics topics) {
        return new Ticker(
                "lag check",
                Duration.ofSeconds(2),
                () -> topics.ends(progress.partitions())
                        .doOnNext(progress::ends)
                        .then());
    }

    @Bean
    DeliveryHealth deliveryHealthIndicator(
            DatabaseLook database, ConsumerProgress progress, ObjectProvider<StateReader<?>> readers) {
        return new DeliveryHealth(database, progress, readers::stream);
    }

    @Bean
    EventCodec eventCodec(Contract contract) {
        return new EventCodec(contract);
    }

    @Bean
    EventLog eventLog(Sql sql, EventCodec codec, DeliveryProperties properties) {
        return new EventLog(sql, codec, properties.timeline());
    }

    @Bean
    CommittedRows committedRows() {
        return new CommittedRows();
    }

    @Bean
    Outbox outbox(
            Sql sql,
            EventLog log,
            EventCodec codec,
            DeliveryProperties properties,
            Ids ids,
            Clock clock,
            CommittedRows committedRows,
            Spans spans) {
        return new Outbox(sql, log, codec, properties, ids, clock, committedRows, spans);
    }

    @Bean
    DeliveryMetrics deliveryMetrics(MeterRegistry registry, ConsumerProgress progress) {
        return new DeliveryMetrics(registry, progress);
    }

    @Bean
    Audit audit(Sql sql, Clock clock) {
        return new Audit(sql, clock);
    }

    @Bean
    DeadLetters deadLetters(Sql sql, Clock clock) {
        return new DeadLetters(sql, clock);
    }

    @Bean
    <S> Inbox<S> inbox(
            EventHandler<S> handler,
            EventLog log,
            Outbox outbox,
            DeadLetters letters,
            Transactions transactions,
            StatementLimit limit,
            DeliveryMetrics metrics,
            Spans spans) {
        return new Inbox<>(handler, log, outbox, letters, transactions, limit, metrics, spans);
    }

    @Bean
    DeadLetterDesk deadLetterDesk(
            DeadLetters letters, Inbox<?> inbox, EventCodec codec, Audit audit, Transactions transactions) {
        return new DeadLetterDesk(letters, inbox, codec, audit, transactions);
    }

    @Bean
    Pruning pruning(Sql sql, Clock clock) {
        return new Pruning(sql, clock);
    }

    @Bean
    Ticker eventLogPruning(Pruning pruning, DeliveryProperties properties) {
        return new Ticker(
                "event log pruning",
                properties.prune(),
                () -> pruning.byId("event_log", "transaction_id", properties.keepEvents())
                        .then(pruning.byTime("dead_letter", "resolved_at", properties.keepLetters())));
    }

    @Bean
    Topics topics(DeliveryProperties properties, Contract contract, ObjectProvider<StateTopic> states) {
        return new Topics(properties, contract, states.stream().toList());
    }

    @Bean
    Ticker topicsTicker(Topics topics) {
        return new Ticker("topic check", Duration.ofSeconds(5), topics::check);
    }

    @Bean
    EventSender eventSender(DeliveryProperties properties, Spans spans) {
        return new EventSender(properties, spans);
    }

    @Bean
    OutboxRelay outboxRelay(
            ConnectionFactory connections,
            DeliveryProperties properties,
            EventSender sender,
            Topics topics,
            CommittedRows committedRows,
            DeliveryMetrics metrics) {
        return new OutboxRelay(unpooled(connections), properties, sender, topics, committedRows, metrics);
    }

    @Bean
    RelayDesk relayDesk(Sql sql, DeliveryProperties properties, Audit audit, Transactions transactions) {
        return new RelayDesk(sql, properties, audit, transactions);
    }

    @Bean
    OutboxDepth outboxDepth(Sql sql, DeliveryProperties properties, DeliveryMetrics metrics) {
        return new OutboxDepth(sql, properties, metrics);
    }

    @Bean
    Ticker outboxDepthTicker(OutboxDepth depth) {
        return new Ticker("outbox depth", Duration.ofSeconds(1), depth::look);
    }

    @Bean
    EventConsumer eventConsumer(
            DeliveryProperties properties,
            Topics topics,
            EventHandler<?> handler,
            Inbox<?> inbox,
            EventCodec codec,
            DatabaseLook database,
            ConsumerProgress progress) {
        return new EventConsumer(properties, topics, handler, inbox, codec, database, progress);
    }

    private static ConnectionFactory unpooled(ConnectionFactory connections) {
        return connections instanceof Wrapped<?> pool && pool.unwrap() instanceof ConnectionFactory inner
                ? unpooled(inner)
                : connections;
    }
}
