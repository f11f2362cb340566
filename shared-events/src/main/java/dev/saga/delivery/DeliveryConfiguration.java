package dev.saga.delivery;

import com.fasterxml.uuid.Generators;
import io.micrometer.core.instrument.MeterRegistry;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Wrapped;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;

/** Gives a service its delivery: all it has to bring is one {@link EventHandler}. */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration",
            "org.springframework.boot.r2dbc.autoconfigure.R2dbcTransactionManagerAutoConfiguration"
        })
@EnableConfigurationProperties(DeliveryProperties.class)
public class DeliveryConfiguration {

    @Bean
    FlywayConfigurationCustomizer deliveryTables() {
        return flyway -> flyway.locations("classpath:db/delivery", "classpath:db/migration");
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
    Sql sql(DatabaseClient client) {
        return new Sql(client);
    }

    @Bean
    TransactionalOperator transactionalOperator(ReactiveTransactionManager manager) {
        return TransactionalOperator.create(manager);
    }

    @Bean
    EventCodec eventCodec() {
        return new EventCodec();
    }

    @Bean
    EventLog eventLog(Sql sql, DeliveryProperties properties) {
        return new EventLog(sql, properties.timeline());
    }

    @Bean
    Bell outboxBell() {
        return new Bell();
    }

    @Bean
    Outbox outbox(
            Sql sql,
            EventLog log,
            EventCodec codec,
            DeliveryProperties properties,
            Ids ids,
            Clock clock,
            Bell outboxBell) {
        return new Outbox(sql, log, codec, properties, ids, clock, outboxBell);
    }

    @Bean
    CommitBarrier commitBarrier(Sql sql) {
        return new CommitBarrier(sql);
    }

    @Bean
    DeliveryMetrics deliveryMetrics(MeterRegistry registry) {
        return new DeliveryMetrics(registry);
    }

    @Bean
    DeadLetters deadLetters(Sql sql, Clock clock) {
        return new DeadLetters(sql, clock);
    }

    @Bean
    Inbox inbox(
            EventHandler handler,
            EventLog log,
            Outbox outbox,
            DeadLetters letters,
            CommitBarrier barrier,
            TransactionalOperator transactions,
            DeliveryMetrics metrics) {
        return new Inbox(handler, log, outbox, letters, barrier, transactions, metrics);
    }

    @Bean
    DeadLetterDesk deadLetterDesk(DeadLetters letters, Inbox inbox, EventCodec codec) {
        return new DeadLetterDesk(letters, inbox, codec);
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
    Topics topics(DeliveryProperties properties) {
        return new Topics(properties);
    }

    @Bean
    Ticker topicsTicker(Topics topics) {
        return new Ticker("look at topics", Duration.ofSeconds(5), topics::check);
    }

    @Bean
    EventSender eventSender(DeliveryProperties properties) {
        return new EventSender(properties);
    }

    @Bean
    OutboxRelay outboxRelay(
            ConnectionFactory connections,
            DeliveryProperties properties,
            EventSender sender,
            Topics topics,
            Bell outboxBell,
            DeliveryMetrics metrics) {
        return new OutboxRelay(unpooled(connections), properties, sender, topics, outboxBell, metrics);
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
            DeliveryProperties properties, Topics topics, EventHandler handler, Inbox inbox, EventCodec codec) {
        return new EventConsumer(properties, topics, handler, inbox, codec);
    }

    private static ConnectionFactory unpooled(ConnectionFactory connections) {
        return connections instanceof Wrapped<?> pool && pool.unwrap() instanceof ConnectionFactory inner
                ? unpooled(inner)
                : connections;
    }
}
