package dev.saga.order.intake;

import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.work.Batcher;
import dev.saga.delivery.work.Ticker;
import java.time.Duration;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Creates the batches in which orders are placed, and the count of the sagas under way. */
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
}
