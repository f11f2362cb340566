package dev.saga.payment;

import dev.saga.delivery.FailurePolicy;
import dev.saga.payment.domain.ChargeOutcome;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.gateway.PaymentGateway;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.reactor.retry.RetryOperator;
import io.github.resilience4j.reactor.timelimiter.TimeLimiterOperator;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.github.resilience4j.timelimiter.TimeLimiterConfig;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** How long and how often a gateway is asked before its silence is an answer. */
@Component
final class Patience {
    private final TimeLimiter limiter;
    private final RetryConfig retries;

    Patience(PaymentProperties properties) {
        limiter = TimeLimiter.of(
                TimeLimiterConfig.custom().timeoutDuration(properties.timeout()).build());
        retries = RetryConfig.<ChargeOutcome>custom()
                .maxAttempts(properties.attempts())
                .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(properties.backoff(), 2.0))
                .retryOnResult(outcome -> outcome instanceof ChargeOutcome.Unavailable)
                .build();
    }

    /**
     * Charges, with all attempts under one key. Once in doubt, it stays in doubt until reversed; a failure of this
     * service's own database, where the simulated gateway keeps its books, may have come after their commit.
     *
     * @return always an answer, unless this service's own database fails: then it is not the gateway's fault, and the
     *     charge is to be asked for again later
     */
    Mono<Settlement> charge(PaymentGateway gateway, Payment payment) {
        var attempts = new AtomicInteger();
        var doubts = new AtomicInteger();
        return Mono.defer(() -> gateway.charge(PaymentGateway.Charge.of(payment)))
                .doOnSubscribe(asked -> attempts.incrementAndGet())
                .transformDeferred(TimeLimiterOperator.of(limiter))
                .onErrorResume(
                        failure -> !FailurePolicy.isOfTheDatabase(failure), failure -> Mono.just(silence(failure)))
                .doOnNext(outcome -> doubts.addAndGet(isInDoubt(outcome) ? 1 : 0))
                .doOnError(failure -> doubts.incrementAndGet())
                .transformDeferred(RetryOperator.of(Retry.of("charge", retries)))
                .map(outcome ->
                        new Settlement.Charged(payment.id(), remembering(outcome, doubts.get()), attempts.get()));
    }

    /** Refunds, once; fails where the gateway does. The caller comes back for as long as it takes. */
    Mono<Settlement> refund(PaymentGateway gateway, Payment payment) {
        return Mono.defer(() -> gateway.refund(payment.id()))
                .transformDeferred(TimeLimiterOperator.of(limiter))
                .thenReturn(new Settlement.Refunded(payment.id()));
    }

    private static ChargeOutcome silence(Throwable failure) {
        return failure instanceof TimeoutException
                ? new ChargeOutcome.Unavailable("no answer in time", true)
                : new ChargeOutcome.Unavailable(String.valueOf(failure.getMessage()), true);
    }

    private static boolean isInDoubt(ChargeOutcome outcome) {
        return outcome instanceof ChargeOutcome.Unavailable down && down.inDoubt();
    }

    private static ChargeOutcome remembering(ChargeOutcome outcome, int doubts) {
        return switch (outcome) {
            case ChargeOutcome.Approved approved -> approved;
            case ChargeOutcome.Declined no -> new ChargeOutcome.Declined(no.detail(), doubts > 0);
            case ChargeOutcome.Unavailable down -> new ChargeOutcome.Unavailable(down.detail(), doubts > 0);
        };
    }
}
