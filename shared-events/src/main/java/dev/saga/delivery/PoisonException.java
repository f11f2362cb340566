package dev.saga.delivery;

import java.util.Map;
import java.util.UUID;

/**
 * Some events of a batch can never be handled (they break a rule of the contract). They are parked as dead letters and
 * the rest of the batch is handled without them.
 */
public final class PoisonException extends RuntimeException {
    private final transient Map<UUID, String> reasons;

    /** @param reasons event id → why it cannot be handled, for a person; not empty */
    public PoisonException(Map<UUID, String> reasons) {
        super(reasons.size() + " events cannot be handled: " + reasons);
        this.reasons = Map.copyOf(reasons);
    }

    Map<UUID, String> reasons() {
        return reasons;
    }
}
