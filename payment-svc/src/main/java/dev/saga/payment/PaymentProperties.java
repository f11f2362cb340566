package dev.saga.payment;

import dev.saga.payment.provider.ProviderSettings;
import dev.saga.payment.store.StoreSettings;
import dev.saga.web.settings.Bounds;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of payment-svc, {@code saga.payment.*}.
 *
 * @param gatewayUrl address of the payment gateway; without it, payments go to the simulated gateway
 * @param currency currency of all amounts, as ISO 4217 code, default KRW; the gateway gets amounts in its minor units
 * @param concurrency concurrent charges in this process, 1 to 10,000, default 500; a higher value needs as many
 *     connections to the gateway
 * @param refundConcurrency concurrent refunds in this process, in addition to the charges, 1 to 10,000, default 50
 * @param backlog payments that may wait in memory for a call, for charges and refunds each, 1 or more, default 20,000;
 *     those beyond wait in the database
 * @param timeout longest time of one call, default 5 s; afterwards the charge is in doubt
 * @param attempts attempts of a charge before it has failed, 1 to 100, default 3
 * @param backoff pause before the second attempt, default 100 ms; doubles, with random variation
 * @param lease time that the instance that claimed a charge has for it before another instance may take it up, default
 *     30 s. It must be longer than all attempts together; otherwise another instance calls the gateway too, needlessly
 *     and under the same key
 * @param keyLifetime age of a claim, by the clock of the database, from which a charge without a known outcome is
 *     reversed and never sent again, default 12 h. It must be less than the time for which the gateway keeps an
 *     idempotency key
 * @param retryRefund pause before a failed refund is retried, default 2 s; doubles with each failure
 * @param longestPause bound of that pause, default 1 min; a higher value makes fewer calls to a gateway that is down,
 *     and notices later that it is back
 * @param sweep pause between two searches for work that no instance does, default 1 s
 * @param batch most outcomes per transaction, default 500
 */
@ConfigurationProperties("saga.payment")
record PaymentProperties(
        @Nullable String gatewayUrl,
        @DefaultValue("KRW") String currency,
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

    ProviderSettings providerSettings() {
        return new ProviderSettings(gatewayUrl, currency, concurrency, refundConcurrency);
    }

    StoreSettings storeSettings() {
        return new StoreSettings(lease, keyLifetime, retryRefund, longestPause);
    }
}
