package dev.saga.payment.gateway;

import dev.saga.delivery.DeliveryProperties;
import dev.saga.delivery.Ids;
import dev.saga.delivery.Intake;
import dev.saga.payment.gateway.SimulatedBooks.Entry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Which gateway: the one at {@code saga.payment.gateway-url}, which is told amounts in minor units of {@code
 * saga.payment.currency}, default KRW; or the simulated one where none is named.
 */
@Configuration(proxyBeanMethods = false)
class GatewayConfiguration {
    private static final int MOST_WAITING = 20_000;
    private static final int LARGEST_BATCH = 500;

    @Bean
    @ConditionalOnProperty("saga.payment.gateway-url")
    PaymentGateway httpPaymentGateway(
            @Value("${saga.payment.gateway-url}") String url, @Value("${saga.payment.currency:KRW}") String currency) {
        return new HttpPaymentGateway(WebClient.create(url), CircuitBreaker.ofDefaults("payment-gateway"), currency);
    }

    @Bean
    @OnlySimulated
    PaymentGateway simulatedGateway(
            GatewaySettings settings, Intake<Entry, Entry> bookIntake, SimulatedBooks books, Ids ids) {
        return new SimulatedGateway(
                settings,
                bookIntake,
                books,
                ids,
                () -> ThreadLocalRandom.current().nextLong());
    }

    @Bean
    @OnlySimulated
    Intake<Entry, Entry> bookIntake(SimulatedBooks books, DeliveryProperties delivery) {
        return new Intake<>("simulated charges", MOST_WAITING, LARGEST_BATCH, 2, delivery.linger(), books::note);
    }
}
