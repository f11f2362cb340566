package dev.saga.payment;

import dev.saga.delivery.Bounds;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of payment-svc, {@code saga.payment.*}.
 *
 * @param concurrency calls of the gateway at once in this process, default 500: as many connections as an HTTP client keeps
 * @param backlog payments that may wait in memory for a call, default 20,000; those beyond wait in the database
 * @param timeout how long one call may take, default 5 s; after it the charge is in doubt
 * @param attempts how often a charge is tried before it has failed, default 3
 * @param backoff pause before the second attempt, default 100 ms; doubles
 * @param lease how long the instance that stored an intent has for it before any other may take it up, default 30 s;
 *     longer than all attempts together, or another instance asks the gateway too, under the same key and in vain
 * @param retryRefund pause before a refund that failed is tried again, default 2 s
 * @param sweep how often work is looked for that nobody does, default 1 s
 * @param batch most outcomes of one transaction, default 500
 */
@ConfigurationProperties("saga.payment")
record PaymentProperties(
        @DefaultValue("500") int concurrency,
        @DefaultValue("20000") int backlog,
        @DefaultValue("5s") Duration timeout,
        @DefaultValue("3") int attempts,
        @DefaultValue("100ms") Duration backoff,
        @DefaultValue("30s") Duration lease,
        @DefaultValue("2s") Duration retryRefund,
        @DefaultValue("1s") Duration sweep,
        @DefaultValue("500") int batch) {
    PaymentProperties {
        Bounds.check("saga.payment.concurrency", concurrency, 1, 10_000);
        Bounds.check("saga.payment.backlog", backlog, 1, 1_000_000);
        Bounds.check("saga.payment.attempts", attempts, 1, 100);
        Bounds.check("saga.payment.batch", batch, 1, 5_000);
    }
}
