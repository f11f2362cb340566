package dev.saga.payment;

import dev.saga.delivery.trace.Spans;
import dev.saga.delivery.work.FailurePolicy;
import dev.saga.event.TransactionId;
import dev.saga.payment.domain.ChargeOutcome;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.domain.Trigger;
import dev.saga.payment.provider.GatewayMetrics;
import dev.saga.payment.provider.PaymentGateway;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Calls the gateway with a timeout: a charge with retries, a refund once. */
@Component
final class ChargeRetry {
    private static final String CANCELLED = "the order was cancelled";

    private final Duration timeout;
    private final int mostAttempts;
    private final IntervalFunction pause;
    private final GatewayMetrics metrics;
    private final Spans spans;

    ChargeRetry(PaymentProperties properties, GatewayMetrics metrics, Spans spans) {
        this.timeout = properties.timeout();
        this.mostAttempts = properties.attempts();
        this.pause = IntervalFunction.ofExponentialRandomBackoff(properties.backoff(), 2.0);
        this.metrics = metrics;
        this.spans = spans;
    }

    private record Call(PaymentGateway gateway, Payment payment, Mono<Boolean> mayStillSend) {
        TransactionId id() {
            return payment.id();
        }
    }

    /**
     * The attempts at one charge so far.
     *
     * @param made number of times that the gateway was called
     * @param inDoubt true if one of them may have taken the money without a response
     * @param last outcome of the last one; null before the first, and if this service's own database failed
     * @param failure that failure of the database
     */
    private record Attempts(
            int made,
            boolean inDoubt,
            @Nullable ChargeOutcome last,
            @Nullable Throwable failure) {
        static final Attempts NONE = new Attempts(0, false, null, null);

        Attempts with(ChargeOutcome outcome) {
            boolean doubtful = outcome instanceof ChargeOutcome.Unavailable down && down.inDoubt();
            return new Attempts(made + 1, inDoubt || doubtful, outcome, null);
        }

        /** The simulated gateway keeps its charges in this service's database, which may have failed after their commit. */
        Attempts with(Throwable failureOfTheDatabase) {
            return new Attempts(made + 1, true, null, failureOfTheDatabase);
        }

        boolean mayRepeat() {
            return last == null || last instanceof ChargeOutcome.Unavailable;
        }

        /** Ends a charge that was cancelled before its first attempt or between two. */
        Settlement cancelled(TransactionId id) {
            return made == 0
                    ? new Settlement.Withdrawn(id)
                    : new Settlement.Charged(id, new ChargeOutcome.Unavailable(CANCELLED, inDoubt), made);
        }

        Mono<Settlement> settlement(TransactionId id) {
            return switch (last) {
                case null -> Mono.error(failure == null ? new IllegalStateException("no attempt") : failure);
                case ChargeOutcome.Approved approved -> charged(id, approved);
                case ChargeOutcome.Declined no -> charged(id, new ChargeOutcome.Declined(no.detail(), inDoubt));
                case ChargeOutcome.Unavailable down ->
                    charged(id, new ChargeOutcome.Unavailable(down.detail(), inDoubt));
            };
        }

        private Mono<Settlement> charged(TransactionId id, ChargeOutcome outcome) {
            return Mono.just(new Settlement.Charged(id, outcome, made));
        }
    }

    /**
     * Charges, with all attempts under one key. A charge in doubt stays in doubt until it is reversed.
     *
     * @param waited true if the charge has waited in a queue: the check then also precedes the first attempt. It always
     *     precedes the others
     * @param mayStillSend the check: true while the order is not cancelled
     * @return the outcome; fails only if this service's own database or the check fails. The gateway is then not at
     *     fault, and the charge is to be retried later
     */
    Mono<Settlement> charge(PaymentGateway gateway, Payment payment, boolean waited, Mono<Boolean> mayStillSend) {
        var call = new Call(gateway, payment, mayStillSend);
        return waited ? chargeIfOpen(call, Attempts.NONE) : charge(call, Attempts.NONE);
    }

    private Mono<Settlement> chargeIfOpen(Call call, Attempts before) {
        return call.mayStillSend()
                .flatMap(open -> open ? charge(call, before) : Mono.just(before.cancelled(call.id())));
    }

    private Mono<Settlement> charge(Call call, Attempts before) {
        return send(call)
                .map(before::with)
                .onErrorResume(failure -> Mono.just(before.with(failure)))
                .flatMap(now -> now.mayRepeat() && now.made() < mostAttempts
                        ? Mono.delay(Duration.ofMillis(pause.apply(now.made())))
                                .then(Mono.defer(() -> chargeIfOpen(call, now)))
                        : now.settlement(call.id()));
    }

    /** Calls the gateway once. Fails only if this service's own database fails. */
    private Mono<ChargeOutcome> send(Call call) {
        return Mono.defer(() -> sendNow(call));
    }

    private Mono<ChargeOutcome> sendNow(Call call) {
        Instant start = spans.now();
        long nanos = System.nanoTime();
        return call.gateway()
                .charge(PaymentGateway.Charge.of(call.payment()))
                .timeout(timeout)
                .onErrorResume(
                        failure -> !FailurePolicy.isOfTheDatabase(failure), failure -> Mono.just(unavailable(failure)))
                .doOnNext(outcome -> metrics.charged(outcome, since(nanos)))
                .doOnNext(outcome -> record(call.payment(), outcome, start));
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    private void record(Payment payment, ChargeOutcome outcome, Instant start) {
        switch (outcome) {
            case ChargeOutcome.Approved approved -> record("charge", payment, "approved", null, start);
            case ChargeOutcome.Declined declined -> record("charge", payment, "declined", null, start);
            case ChargeOutcome.Unavailable down -> record("charge", payment, "unavailable", down.detail(), start);
        }
    }

    private void record(String call, Payment payment, String result, @Nullable String failure, Instant start) {
        Trigger trigger = payment.trigger();
        if (trigger != null) {
            spans.called(call, payment.id(), trigger.eventId(), trigger.traceparent(), result, failure, start);
        }
    }

    /** Refunds with one attempt; fails if the gateway fails. The caller retries until it succeeds. */
    Mono<Settlement> refund(PaymentGateway gateway, Payment payment) {
        return Mono.defer(() -> {
            Instant start = spans.now();
            long nanos = System.nanoTime();
            return gateway.refund(payment.id())
                    .timeout(timeout)
                    .doOnError(failure -> refundFailed(payment, failure, start, since(nanos)))
                    .doOnSuccess(done -> refunded(payment, start, since(nanos)))
                    .thenReturn(new Settlement.Refunded(payment.id()));
        });
    }

    private void refundFailed(Payment payment, Throwable failure, Instant start, Duration took) {
        metrics.refundFailed(took);
        record("refund", payment, "failed", failure.toString(), start);
    }

    private void refunded(Payment payment, Instant start, Duration took) {
        metrics.refunded(took);
        record("refund", payment, "refunded", null, start);
    }

    private static ChargeOutcome unavailable(Throwable failure) {
        return failure instanceof TimeoutException
                ? new ChargeOutcome.Unavailable("no response in time", true)
                : new ChargeOutcome.Unavailable(String.valueOf(failure.getMessage()), true);
    }
}
