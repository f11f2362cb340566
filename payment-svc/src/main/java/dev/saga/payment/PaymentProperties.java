package dev.saga.payment;

import dev.saga.delivery.instance.Bounds;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of payment-svc, {@code saga.payment.*}.
 *
 * @param concurrency charges at once in this process, 1 to 10,000, default 500; more need as many connections to the gateway
 * @param refundConcurrency refunds at once in this process, besides the charges, 1 to 10,000, default 50
 * @param backlog payments that may wait in memory for a call, of either kind, default 20,000; those beyond wait in the
 *     database
 * @param timeout how long one call may take, default 5 s; after it the charge is in doubt
 * @param attempts how often a charge is tried before it has failed, default 3
 * @param backoff pause before the second attempt, default 100 ms; doubles
 * @param lease how long the instance that claimed a charge has for it before any other may take it up, default 30 s;
 *     longer than all attempts together, or another instance asks the gateway too, under the same key and in vain
 * @param keyLifetime age of a claim, by the database's clock, from which a charge without a known outcome is reversed and
 *     never asked for again, default 12 h; less than the time for which the gateway keeps an idempotency key
 * @param retryRefund pause before a refund that failed is tried again, default 2 s; doubles with each failure
 * @param longestPause the most that this pause grows to, default 1 min; longer spares a gateway that is down, and finds
 *     out later that it is back
 * @param sweep how often work is looked for that nobody does, default 1 s
 * @param batch most outcomes of one transaction, default 500
 */
@ConfigurationProperties("saga.payment")
record PaymentProperties(
        @DefaultValue("500") int concurrency,
        @DefaultValue("50") int refundConcurrency,
        @DefaultValue("20000") int backlog,
        @DefaultValue("5s") Duration timeout,
        @DefaultValue("3") int attempts,
        @DefaultValue("100ms") Duration backoff,
        @DefaultValue("30s") Duration lease,
        @DefaultValue("12h") Duration keyLifetime,
        @DefaultValue("2s") Duration retryRefund,
        @DefaultValue("1m") Duration longestPause,
        @DefaultValue("1s") Duration sweep,
        @DefaultValue("500") int batch) {
    PaymentProperties {
        Bounds.check("saga.payment.concurrency", concurrency, 1, 10_000);
        Bounds.check("saga.payment.refund-concurrency", refundConcurrency, 1, 10_000);
        Bounds.check("saga.payment.backlog", backlog, 1, 1_000_000);
        Bounds.check("saga.payment.attempts", attempts, 1, 100);
        Bounds.check("saga.payment.batch", batch, 1, 5_000);
        Bounds.check("saga.payment.retry-refund (ms)", retryRefund.toMillis(), 1, longestPause.toMillis());
    }
}
