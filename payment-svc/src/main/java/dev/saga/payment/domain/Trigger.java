package dev.saga.payment.domain;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The event that asked for what is to be done with the gateway; it is the cause of what is said once that is done. */
public record Trigger(UUID eventId, @Nullable String traceparent) {}
