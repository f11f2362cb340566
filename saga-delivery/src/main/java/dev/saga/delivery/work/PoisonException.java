package dev.saga.delivery.work;

import dev.saga.event.Envelope;
import java.util.Map;

/**
 * Signals that some events of a batch can never be handled, because they break a rule of the contract. They are parked
 * as dead letters, and the rest of the batch is handled without them.
 */
public final class PoisonException extends RuntimeException {
    private final transient Map<Envelope, String> reasons;

    /** @param reasons the reason per event, for a person; not empty */
    public PoisonException(Map<Envelope, String> reasons) {
        super(reasons.size() + " events cannot be handled: " + reasons.values());
        this.reasons = Map.copyOf(reasons);
    }

    public Map<Envelope, String> reasons() {
        return reasons;
    }
}
