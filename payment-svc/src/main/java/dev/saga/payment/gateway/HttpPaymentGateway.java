package dev.saga.payment.gateway;

import dev.saga.events.TransactionId;
import dev.saga.payment.domain.ChargeOutcome;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import java.net.ConnectException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.publisher.Mono;

/**
 * A gateway behind HTTP. {@code POST /charges} takes money (2xx), declines (4xx but 408, 409, 425 and 429) or fails
 * (everything else); {@code POST /charges/{key}/refund} gives it back. Both carry the {@code Idempotency-Key}. While most calls fail, a circuit breaker
 * answers for the gateway.
 */
final class HttpPaymentGateway implements PaymentGateway {
    private static final int LONGEST_ID = 64;

    /** Not about the card, but about the moment: the same call may succeed later. */
    private static final Set<Integer> COME_BACK = Set.of(
            HttpStatus.REQUEST_TIMEOUT.value(),
            HttpStatus.CONFLICT.value(),
            HttpStatus.TOO_EARLY.value(),
            HttpStatus.TOO_MANY_REQUESTS.value());

    private final WebClient http;
    private final CircuitBreaker breaker;
    private final String currency;

    /** @param http with the gateway's base address */
    HttpPaymentGateway(WebClient http, CircuitBreaker breaker, String currency) {
        this.http = http;
        this.breaker = breaker;
        this.currency = currency;
    }

    private record ChargeRequest(
            String transactionId,
            long amount,
            String currency,
            @Nullable String token) {}

    private record ChargeAnswer(@Nullable String paymentId) {}

    @Override
    public Mono<ChargeOutcome> charge(Charge charge) {
        String token = charge.token() == null ? null : charge.token().text();
        var body = new ChargeRequest(charge.key().text(), charge.amount().minor(), currency, token);
        return post("/charges", charge.key(), body)
                .exchangeToMono(HttpPaymentGateway::outcome)
                .transformDeferred(CircuitBreakerOperator.of(breaker))
                .onErrorResume(HttpPaymentGateway::wasNotReached, e -> Mono.just(notReached(e)));
    }

    private static Mono<ChargeOutcome> outcome(ClientResponse response) {
        HttpStatusCode status = response.statusCode();
        if (status.is2xxSuccessful()) {
            return response.bodyToMono(ChargeAnswer.class)
                    .flatMap(HttpPaymentGateway::approved)
                    .switchIfEmpty(Mono.error(() -> new IllegalStateException("the gateway's answer is empty")));
        }
        boolean declined = status.is4xxClientError() && !COME_BACK.contains(status.value());
        return declined
                ? response.releaseBody()
                        .thenReturn(new ChargeOutcome.Declined("the gateway answered " + status.value(), false))
                : response.createError();
    }

    private static Mono<ChargeOutcome> approved(ChargeAnswer answer) {
        String id = answer.paymentId();
        return id == null || id.isEmpty() || id.length() > LONGEST_ID
                ? Mono.error(new IllegalStateException("the gateway's answer names no payment"))
                : Mono.just(new ChargeOutcome.Approved(id));
    }

    /** Nothing can have been taken: no connection was made, or the breaker made no call. */
    private static boolean wasNotReached(Throwable failure) {
        return failure instanceof CallNotPermittedException
                || (failure instanceof WebClientRequestException && failure.getCause() instanceof ConnectException);
    }

    private static ChargeOutcome notReached(Throwable failure) {
        return new ChargeOutcome.Unavailable(String.valueOf(failure.getMessage()), false);
    }

    @Override
    public Mono<Void> refund(TransactionId key) {
        return post("/charges/" + key + "/refund", key, null)
                .exchangeToMono(response ->
                        response.statusCode().is2xxSuccessful() ? response.releaseBody() : response.<Void>createError())
                .transformDeferred(CircuitBreakerOperator.of(breaker));
    }

    private WebClient.RequestHeadersSpec<?> post(String path, TransactionId key, @Nullable Object body) {
        WebClient.RequestBodySpec request = http.post().uri(path).header("Idempotency-Key", key.text());
        return body == null ? request : request.bodyValue(body);
    }
}
