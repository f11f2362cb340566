package dev.saga.payment.provider;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.Objects;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Creates the gateway at {@code saga.payment.gateway-url}, which receives amounts in minor units of {@code
 * saga.payment.currency}, default KRW. If none is configured, payments go to the simulated one.
 */
@Configuration(proxyBeanMethods = false)
class GatewayConfiguration {
    /** Charges and refunds have separate connections, one per concurrent call. */
    @Bean
    @ConditionalOnProperty("saga.payment.gateway-url")
    PaymentGateway httpPaymentGateway(ProviderSettings settings, GatewayMetrics metrics) {
        String url = Objects.requireNonNull(settings.url());
        CircuitBreaker breaker = CircuitBreaker.ofDefaults("payment-gateway");
        metrics.circuit(breaker);
        return new HttpPaymentGateway(
                client(url, "charges", settings.charges()),
                client(url, "refunds", settings.refunds()),
                breaker,
                settings.currency());
    }

    private static WebClient client(String url, String name, int connections) {
        HttpClient http = HttpClient.create(ConnectionProvider.create(name, connections));
        return WebClient.builder()
                .baseUrl(url)
                .clientConnector(new ReactorClientHttpConnector(http))
                .build();
    }
}
