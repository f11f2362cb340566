package dev.saga.payment.provider.simulated;

import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.work.Batcher;
import dev.saga.delivery.work.Ids;
import dev.saga.payment.provider.PaymentGateway;
import dev.saga.payment.provider.simulated.SimulatedBooks.Entry;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Creates the simulated gateway if no other one is configured. */
@Configuration(proxyBeanMethods = false)
class SimulatedConfiguration {
    private static final int MOST_WAITING = 20_000;
    private static final int LARGEST_BATCH = 500;

    @Bean
    @OnlySimulated
    PaymentGateway simulatedGateway(
            GatewaySettings settings, Batcher<Entry, Entry> bookIntake, SimulatedBooks books, Ids ids) {
        return new SimulatedGateway(
                settings,
                bookIntake,
                books,
                ids,
                () -> ThreadLocalRandom.current().nextLong());
    }

    @Bean
    @OnlySimulated
    Batcher<Entry, Entry> bookIntake(SimulatedBooks books, DeliveryProperties delivery) {
        return new Batcher<>("simulated charges", MOST_WAITING, LARGEST_BATCH, 2, delivery.linger(), books::note);
    }
}
