package dev.saga.payment.provider;

import dev.saga.event.TransactionId;
import dev.saga.payment.domain.ChargeOutcome;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import java.net.ConnectException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.publisher.Mono;

/**
 * A gateway behind HTTP. Each call has its own {@code Idempotency-Key}: the transaction's id for a charge, the same
 * after {@code refund-} for a refund.
 *
 * <p>{@code POST /charges} takes the money (2xx with a {@code paymentId}) or declines this card (402 and 422). Every
 * other response is a failure of the gateway. After 408, 409, 425, 429 and everything that is not a 4xx the charge is
 * in doubt; after any other 4xx nothing was taken. While most charges fail, a circuit breaker rejects further charges.
 *
 * <p>{@code POST /charges/{key}/refund} refunds the money (2xx) or knows no such charge (404); both mean that the
 * refund is done. The circuit breaker neither counts refunds nor stops them.
 */
final class HttpPaymentGateway implements PaymentGateway {
    private static final Logger LOG = LoggerFactory.getLogger(HttpPaymentGateway.class);
    private static final int LONGEST_ID = 64;

    private static final Set<Integer> DECLINES =
            Set.of(HttpStatus.PAYMENT_REQUIRED.value(), HttpStatus.UNPROCESSABLE_CONTENT.value());

    /** A 4xx that depends on the moment: the gateway may have begun to take the money. */
    private static final Set<Integer> MAYBE_BEGUN = Set.of(
            HttpStatus.REQUEST_TIMEOUT.value(),
            HttpStatus.CONFLICT.value(),
            HttpStatus.TOO_EARLY.value(),
            HttpStatus.TOO_MANY_REQUESTS.value());

    private final WebClient charges;
    private final WebClient refunds;
    private final CircuitBreaker breaker;
    private final String currency;

    /**
     * @param charges a client with the base address of the gateway
     * @param refunds the same, with separate connections
     */
    HttpPaymentGateway(WebClient charges, WebClient refunds, CircuitBreaker breaker, String currency) {
        this.charges = charges;
        this.refunds = refunds;
        this.breaker = breaker;
        this.currency = currency;
    }

    private record ChargeRequest(
            String transactionId,
            long amount,
            String currency,
            @Nullable String token) {}

    private record ChargeResponse(@Nullable String paymentId) {}

    /** Signals that the gateway refuses the call, not the card; nothing was taken. */
    private static final class CallRefused extends RuntimeException {
        CallRefused(int status) {
            super("the gateway returned " + status, null, false, false);
        }
    }

    @Override
    public Mono<ChargeOutcome> charge(Charge charge) {
        String token = charge.token() == null ? null : charge.token().text();
        var body = new ChargeRequest(charge.key().text(), charge.amount().minor(), currency, token);
        return charges.post()
                .uri("/charges")
                .header("Idempotency-Key", charge.key().text())
                .bodyValue(body)
                .exchangeToMono(HttpPaymentGateway::outcome)
                .transformDeferred(CircuitBreakerOperator.of(breaker))
                .onErrorResume(HttpPaymentGateway::tookNothing, failure -> Mono.just(unavailable(failure)));
    }

    private static Mono<ChargeOutcome> outcome(ClientResponse response) {
        int status = response.statusCode().value();
        if (response.statusCode().is2xxSuccessful()) {
            return response.bodyToMono(ChargeResponse.class)
                    .flatMap(HttpPaymentGateway::approved)
                    .switchIfEmpty(Mono.error(() -> new IllegalStateException("the gateway's response is empty")));
        }
        if (DECLINES.contains(status)) {
            return response.releaseBody()
                    .thenReturn(new ChargeOutcome.Declined("the gateway returned " + status, false));
        }
        boolean refused = response.statusCode().is4xxClientError() && !MAYBE_BEGUN.contains(status);
        return refused ? response.releaseBody().then(Mono.error(new CallRefused(status))) : response.createError();
    }

    private static Mono<ChargeOutcome> approved(ChargeResponse response) {
        String id = response.paymentId();
        return id == null || id.isEmpty() || id.length() > LONGEST_ID
                ? Mono.error(new IllegalStateException("the gateway's response names no payment"))
                : Mono.just(new ChargeOutcome.Approved(id));
    }

    /** Returns true if the gateway refused the call, no connection was made, or the circuit breaker made no call. */
    private static boolean tookNothing(Throwable failure) {
        return failure instanceof CallNotPermittedException
                || failure instanceof CallRefused
                || (failure instanceof WebClientRequestException && failure.getCause() instanceof ConnectException);
    }

    private static ChargeOutcome unavailable(Throwable failure) {
        return new ChargeOutcome.Unavailable(String.valueOf(failure.getMessage()), false);
    }

    @Override
    public Mono<Void> refund(TransactionId key) {
        return refunds.post()
                .uri("/charges/" + key.text() + "/refund")
                .header("Idempotency-Key", "refund-" + key.text())
                .exchangeToMono(response -> refunded(response, key));
    }

    private static Mono<Void> refunded(ClientResponse response, TransactionId key) {
        if (response.statusCode().isSameCodeAs(HttpStatus.NOT_FOUND)) {
            LOG.warn("gateway knows of no charge to refund transaction_id={}", key);
            return response.releaseBody();
        }
        return response.statusCode().is2xxSuccessful() ? response.releaseBody() : response.createError();
    }
}
