package dev.saga.delivery;

import dev.saga.delivery.consumer.StateReaders;
import dev.saga.delivery.instance.DeliveryMetrics;
import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.instance.Topics;
import dev.saga.delivery.wire.StateCodec;
import dev.saga.delivery.work.Ids;
import dev.saga.event.Contract;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts of the delivery that write and read the states of compacted topics. */
@Configuration(proxyBeanMethods = false)
class StateConfiguration {
    @Bean
    StateCodec stateCodec(Contract contract, DeliveryProperties properties, Ids ids, Clock clock) {
        return new StateCodec(contract, properties.source(), ids, clock);
    }

    @Bean
    StateReaders stateReaders(DeliveryProperties properties, Topics topics, StateCodec codec, DeliveryMetrics metrics) {
        return new StateReaders(properties, topics, codec, metrics);
    }
}
