package dev.saga.order;

import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.log.Pruning;
import dev.saga.delivery.outbox.Outbox;
import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.work.Ticker;
import dev.saga.event.Contract;
import dev.saga.event.StateTopic;
import dev.saga.events.Shop;
import dev.saga.order.export.OrderExport;
import dev.saga.order.intake.IntakeSettings;
import dev.saga.order.store.OrderChanges;
import dev.saga.order.store.OrderStore;
import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** order-svc. */
@SpringBootApplication
@EnableConfigurationProperties(OrderProperties.class)
public class OrderApplication {
    public static void main(String[] args) {
        SpringApplication.run(OrderApplication.class, args);
    }

    @Bean
    Contract contract() {
        return Shop.CONTRACT;
    }

    @Bean
    OrderStore orderStore(Sql sql, Clock clock, OrderProperties properties, Outbox outbox) {
        OrderChanges changes = properties.export() ? new OrderExport(outbox) : OrderChanges.IGNORED;
        return new OrderStore(sql, clock, properties.stepTimeout(), changes);
    }

    /** The topic is created only if rows are published on it. */
    @Bean
    @ConditionalOnBooleanProperty("saga.order.export")
    StateTopic exportTopic() {
        return OrderExport.TOPIC;
    }

    @Bean
    IntakeSettings intakeSettings(OrderProperties properties) {
        return new IntakeSettings(
                properties.underWay(),
                properties.underWayOfUser(),
                properties.stepTimeout(),
                properties.intake(),
                properties.intakeBatch(),
                properties.intakeLanes(),
                properties.levelAge());
    }

    @Bean
    Ticker deadlineTicker(OrderProperties properties, SagaDeadlines deadlines) {
        return new Ticker("deadline sweep", properties.sweep(), deadlines::sweep);
    }

    @Bean
    Ticker idempotencyKeyPruning(OrderProperties properties, DeliveryProperties delivery, Pruning pruning) {
        return new Ticker(
                "idempotency key pruning",
                delivery.prune(),
                () -> pruning.byTime("idempotency_key", "created_at", properties.keepKeys()));
    }

    @Bean
    Ticker watchTicker(OrderProperties properties, OrderWatch watch) {
        return new Ticker("order watch", properties.watch(), watch::look);
    }
}
