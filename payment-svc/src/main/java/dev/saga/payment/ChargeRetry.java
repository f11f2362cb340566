package dev.saga.payment;

import dev.saga.delivery.work.FailurePolicy;
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

    /** The fence is closed: the gateway is not asked. */
    private static final class Cancelled extends RuntimeException {
        Cancelled() {
            super(CANCELLED, null, false, false);
        }
    }

    /** The attempts at one charge, and how many of them may have taken money of which nobody was told. */
    private record Tries(AtomicInteger attempts, AtomicInteger doubts) {
        boolean inDoubt() {
            return doubts.get() > 0;
        }
    }

    /**
     * Charges, with all attempts under one key. Once in doubt, it stays in doubt until reversed; a failure of this
     * service's own database, where the simulated gateway keeps its books, may have come after their commit.
     *
     * @param waited whether the fence is asked before the first attempt, too; before all others it always is
     * @param fence whether the charge may still be asked for
     * @return always an answer, unless this service's own database or its fence fails: then it is not the gateway's
     *     fault, and the charge is to be asked for again later
     */
    Mono<Settlement> charge(PaymentGateway gateway, Payment payment, boolean waited, Mono<Boolean> fence) {
        var tries = new Tries(new AtomicInteger(), new AtomicInteger());
        Mono<ChargeOutcome> call = call(gateway, payment, tries);
        Mono<ChargeOutcome> fenced = fence.flatMap(open -> open ? call : Mono.<ChargeOutcome>error(new Cancelled()));
        return Mono.defer(() -> waited || tries.attempts.get() > 0 ? fenced : call)
                .transformDeferred(RetryOperator.of(Retry.of("charge", retries)))
                .<Settlement>map(outcome -> charged(payment, remembering(outcome, tries.inDoubt()), tries))
                .onErrorResume(Cancelled.class, closed -> Mono.just(withdrawn(payment, tries)));
    }

    private Mono<ChargeOutcome> call(PaymentGateway gateway, Payment payment, Tries tries) {
        return Mono.defer(() -> gateway.charge(PaymentGateway.Charge.of(payment)))
                .doOnSubscribe(asked -> tries.attempts.incrementAndGet())
                .transformDeferred(TimeLimiterOperator.of(limiter))
                .onErrorResume(
                        failure -> !FailurePolicy.isOfTheDatabase(failure), failure -> Mono.just(silence(failure)))
                .doOnNext(outcome -> count(outcome, tries))
                .doOnError(failure -> tries.doubts.incrementAndGet());
    }

    private void count(ChargeOutcome outcome, Tries tries) {
        metrics.charged(outcome);
        if (outcome instanceof ChargeOutcome.Unavailable down && down.inDoubt()) {
            tries.doubts.incrementAndGet();
        }
    }

    private static Settlement charged(Payment payment, ChargeOutcome outcome, Tries tries) {
        return new Settlement.Charged(payment.id(), outcome, tries.attempts.get());
    }

    /** Between two attempts it was cancelled: no further one. */
    private static Settlement withdrawn(Payment payment, Tries tries) {
        return tries.attempts.get() == 0
                ? new Settlement.Withdrawn(payment.id())
                : charged(payment, new ChargeOutcome.Unavailable(CANCELLED, tries.inDoubt()), tries);
    }

    /** Refunds, once; fails where the gateway does. The caller comes back for as long as it takes. */
    Mono<Settlement> refund(PaymentGateway gateway, Payment payment) {
        return Mono.defer(() -> gateway.refund(payment.id()))
                .transformDeferred(TimeLimiterOperator.of(limiter))
                .doOnError(metrics::refundFailed)
                .doOnSuccess(done -> metrics.refunded())
                .thenReturn(new Settlement.Refunded(payment.id()));
    }

    private static ChargeOutcome silence(Throwable failure) {
        return failure instanceof TimeoutException
                ? new ChargeOutcome.Unavailable("no answer in time", true)
                : new ChargeOutcome.Unavailable(String.valueOf(failure.getMessage()), true);
    }

    private static ChargeOutcome remembering(ChargeOutcome outcome, boolean inDoubt) {
        return switch (outcome) {
            case ChargeOutcome.Approved approved -> approved;
            case ChargeOutcome.Declined no -> new ChargeOutcome.Declined(no.detail(), inDoubt);
            case ChargeOutcome.Unavailable down -> new ChargeOutcome.Unavailable(down.detail(), inDoubt);
        };
    }
}
