package dev.saga.payment.provider;

import org.jspecify.annotations.Nullable;

/**
 * Settings of the payment provider, already checked.
 *
 * @param url address of the payment gateway; null for the simulated one
 * @param currency currency of all amounts, as ISO 4217 code
 * @param charges connections for charges
 * @param refunds connections for refunds
 */
public record ProviderSettings(@Nullable String url, String currency, int charges, int refunds) {}
