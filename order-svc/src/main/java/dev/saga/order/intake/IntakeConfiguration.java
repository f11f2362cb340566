package dev.saga.order.intake;

import dev.saga.delivery.consumer.StateReader;
import dev.saga.delivery.consumer.StateReaders;
import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.work.Batcher;
import dev.saga.delivery.work.Ticker;
import dev.saga.event.StateTopic;
import dev.saga.events.StockLevel;
import java.time.Duration;
import java.util.Optional;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Creates the batches in which orders are placed, the count of the sagas under way, and the reader of stock levels. */
@Configuration(proxyBeanMethods = false)
class IntakeConfiguration {
    @Bean
    Batcher<Submission, SubmissionResult> orderIntake(
            IntakeSettings settings, DeliveryProperties delivery, PlaceOrder placeOrder) {
        return new Batcher<>(
                "orders", settings.waiting(), settings.batch(), settings.lanes(), delivery.linger(), placeOrder::place);
    }

    /** Looks up keys while new orders are refused, in batches, so that a flood of known keys costs few statements. */
    @Bean
    Batcher<Submission, Optional<SubmissionResult>> keyIntake(
            IntakeSettings settings, DeliveryProperties delivery, PlaceOrder placeOrder) {
        return new Batcher<>(
                "keys", settings.waiting(), settings.batch(), 1, delivery.linger(), placeOrder::findEarlier);
    }

    @Bean
    Ticker admissionTicker(Admission admission) {
        return new Ticker("count of sagas under way", Duration.ofMillis(100), admission::recount);
    }

    /** The stock that refuses hopeless orders at once. Without this part, no level is ever known. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty("saga.order.early-refusal")
    static class EarlyRefusal {
        @Bean
        StateTopic stockTopic() {
            return StockLevel.TYPE.topic();
        }

        @Bean
        StateReader<StockLevel> stockReader(StateReaders readers, KnownStock stock) {
            return readers.of(StockLevel.TYPE, stock);
        }
    }
}
