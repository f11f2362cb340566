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
import org.springframework.context.annotation.Import;

/** Gives a service its delivery: all it has to bring is one {@link EventHandler}. */
@AutoConfiguration(afterName = "org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration")
@EnableConfigurationProperties(DeliveryProperties.class)
@Import(DatabaseConfiguration.class)
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
                "look at the lag",
                Duration.ofSeconds(2),
                () -> topics.ends(progress.partitions())
                        .doOnNext(progress::ends)
                        .then());
    }

    @Bean
    DeliveryHealth deliveryHealthIndicator(DatabaseLook database, ConsumerProgress progress) {
        return new DeliveryHealth(database, progress);
    }

    @Bean
    EventCodec eventCodec() {
        return new EventCodec();
    }

    @Bean
    EventLog eventLog(Sql sql, EventCodec codec, DeliveryProperties properties) {
        return new EventLog(sql, codec, properties.timeline());
    }

    @Bean
    OutboxNews outboxNews() {
        return new OutboxNews();
    }

    @Bean
    Outbox outbox(
            Sql sql,
            EventLog log,
            EventCodec codec,
            DeliveryProperties properties,
            Ids ids,
            Clock clock,
            OutboxNews news) {
        return new Outbox(sql, log, codec, properties, ids, clock, news);
    }

    @Bean
    CommitBarrier commitBarrier(Sql sql) {
        return new CommitBarrier(sql);
    }

    @Bean
    DeliveryMetrics deliveryMetrics(MeterRegistry registry, ConsumerProgress progress) {
        return new DeliveryMetrics(registry, progress);
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
            CommitBarrier barrier,
            Transactions transactions,
            StatementLimit limit,
            DeliveryMetrics metrics) {
        return new Inbox<>(handler, log, outbox, letters, barrier, transactions, limit, metrics);
    }

    @Bean
    DeadLetterDesk deadLetterDesk(DeadLetters letters, Inbox<?> inbox, EventCodec codec) {
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
            OutboxNews news,
            DeliveryMetrics metrics) {
        return new OutboxRelay(unpooled(connections), properties, sender, topics, news, metrics);
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
