package dev.saga.payment.store;

import java.time.Duration;

/**
 * Settings of the store, already checked.
 *
 * @param lease time for which work is leased to the instance that took it
 * @param keyLifetime age of a claim from which a charge without a known outcome is reversed
 * @param retryRefund pause after the first failure; doubles with each further one
 * @param longestPause bound of that pause
 */
public record StoreSettings(Duration lease, Duration keyLifetime, Duration retryRefund, Duration longestPause) {}
