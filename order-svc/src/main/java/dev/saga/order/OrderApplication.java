package dev.saga.order;

import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.log.Pruning;
import dev.saga.delivery.work.Batcher;
import dev.saga.delivery.work.Ticker;
import dev.saga.event.Contract;
import dev.saga.events.Shop;
import java.time.Duration;
import java.util.Optional;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
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
    Batcher<Submission, SubmissionResult> orderIntake(
            OrderProperties properties, DeliveryProperties delivery, PlaceOrder placeOrder) {
        return new Batcher<>(
                "orders",
                properties.intake(),
                properties.intakeBatch(),
                properties.intakeLanes(),
                delivery.linger(),
                placeOrder::place);
    }

    /** Looks up keys while new orders are refused, in batches, so that a flood of known keys costs few statements. */
    @Bean
    Batcher<Submission, Optional<SubmissionResult>> keyIntake(
            OrderProperties properties, DeliveryProperties delivery, PlaceOrder placeOrder) {
        return new Batcher<>(
                "keys", properties.intake(), properties.intakeBatch(), 1, delivery.linger(), placeOrder::findEarlier);
    }

    @Bean
    Ticker admissionTicker(Admission admission) {
        return new Ticker("count of sagas under way", Duration.ofMillis(100), admission::recount);
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
