package dev.saga.payment.domain;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The event that caused work with the gateway, and so the cause of the events that are published once that work is
 * done.
 */
public record Trigger(UUID eventId, @Nullable String traceparent) {}
