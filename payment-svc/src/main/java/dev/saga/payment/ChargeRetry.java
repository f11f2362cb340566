package dev.saga.payment;

import dev.saga.delivery.work.FailurePolicy;
import dev.saga.payment.domain.ChargeOutcome;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.provider.PaymentGateway;
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

/** Calls the gateway with a timeout and retries. */
@Component
final class ChargeRetry {
    private static final String CANCELLED = "the order was cancelled";

    private final TimeLimiter limiter;
    private final RetryConfig retries;
    private final GatewayMetrics metrics;

    ChargeRetry(PaymentProperties properties, GatewayMetrics metrics) {
        this.metrics = metrics;
        limiter = TimeLimiter.of(
                TimeLimiterConfig.custom().timeoutDuration(properties.timeout()).build());
        retries = RetryConfig.<ChargeOutcome>custom()
                .maxAttempts(properties.attempts())
                .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(properties.backoff(), 2.0))
                .retryOnResult(outcome -> outcome instanceof ChargeOutcome.Unavailable)
                .ignoreExceptions(Cancelled.class)
                .build();
    }

    /** Signals that the order was cancelled; the gateway is not called. */
    private static final class Cancelled extends RuntimeException {
        Cancelled() {
            super(CANCELLED, null, false, false);
        }
    }

    /** The attempts at one charge, and how many of them may have taken money without a response. */
    private record Tries(AtomicInteger attempts, AtomicInteger doubts) {
        boolean inDoubt() {
            return doubts.get() > 0;
        }
    }

    /**
     * Charges, with all attempts under one key. A charge in doubt stays in doubt until it is reversed. A failure of
     * this service's own database also counts as doubt: the simulated gateway stores its charges there, and the failure
     * may have come after their commit.
     *
     * @param waited true if the fence is checked before the first attempt too; it is always checked before the others
     * @param fence true while the charge may still be sent
     * @return the outcome; fails only if this service's own database or the fence fails. The gateway is then not at
     *     fault, and the charge is to be retried later
     */
    Mono<Settlement> charge(PaymentGateway gateway, Payment payment, boolean waited, Mono<Boolean> fence) {
        var tries = new Tries(new AtomicInteger(), new AtomicInteger());
        Mono<ChargeOutcome> call = call(gateway, payment, tries);
        Mono<ChargeOutcome> fenced = fence.flatMap(open -> open ? call : Mono.<ChargeOutcome>error(new Cancelled()));
        return Mono.defer(() -> waited || tries.attempts.get() > 0 ? fenced : call)
                .transformDeferred(RetryOperator.of(Retry.of("charge", retries)))
                .<Settlement>map(outcome -> chargeSettlement(payment, withDoubt(outcome, tries.inDoubt()), tries))
                .onErrorResume(Cancelled.class, closed -> Mono.just(cancelledSettlement(payment, tries)));
    }

    private Mono<ChargeOutcome> call(PaymentGateway gateway, Payment payment, Tries tries) {
        return Mono.defer(() -> gateway.charge(PaymentGateway.Charge.of(payment)))
                .doOnSubscribe(asked -> tries.attempts.incrementAndGet())
                .transformDeferred(TimeLimiterOperator.of(limiter))
                .onErrorResume(
                        failure -> !FailurePolicy.isOfTheDatabase(failure), failure -> Mono.just(unavailable(failure)))
                .doOnNext(outcome -> count(outcome, tries))
                .doOnError(failure -> tries.doubts.incrementAndGet());
    }

    private void count(ChargeOutcome outcome, Tries tries) {
        metrics.charged(outcome);
        if (outcome instanceof ChargeOutcome.Unavailable down && down.inDoubt()) {
            tries.doubts.incrementAndGet();
        }
    }

    private static Settlement chargeSettlement(Payment payment, ChargeOutcome outcome, Tries tries) {
        return new Settlement.Charged(payment.id(), outcome, tries.attempts.get());
    }

    /** Ends a charge that was cancelled before its first attempt or between two. */
    private static Settlement cancelledSettlement(Payment payment, Tries tries) {
        return tries.attempts.get() == 0
                ? new Settlement.Withdrawn(payment.id())
                : chargeSettlement(payment, new ChargeOutcome.Unavailable(CANCELLED, tries.inDoubt()), tries);
    }

    /** Refunds with one attempt; fails if the gateway fails. The caller retries until it succeeds. */
    Mono<Settlement> refund(PaymentGateway gateway, Payment payment) {
        return Mono.defer(() -> gateway.refund(payment.id()))
                .transformDeferred(TimeLimiterOperator.of(limiter))
                .doOnError(metrics::refundFailed)
                .doOnSuccess(done -> metrics.refunded())
                .thenReturn(new Settlement.Refunded(payment.id()));
    }

    private static ChargeOutcome unavailable(Throwable failure) {
        return failure instanceof TimeoutException
                ? new ChargeOutcome.Unavailable("no response in time", true)
                : new ChargeOutcome.Unavailable(String.valueOf(failure.getMessage()), true);
    }

    private static ChargeOutcome withDoubt(ChargeOutcome outcome, boolean inDoubt) {
        return switch (outcome) {
            case ChargeOutcome.Approved approved -> approved;
            case ChargeOutcome.Declined no -> new ChargeOutcome.Declined(no.detail(), inDoubt);
            case ChargeOutcome.Unavailable down -> new ChargeOutcome.Unavailable(down.detail(), inDoubt);
        };
    }
}
