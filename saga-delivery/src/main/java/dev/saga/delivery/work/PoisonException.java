package dev.saga.delivery.work;

import dev.saga.event.Envelope;
import java.util.Map;

/**
 * Signals that some events of a batch can never be handled, because they break a rule of the contract. They are parked
 * as dead letters, and the rest of the batch is handled without them.
 */
public final class PoisonException extends RuntimeException {
    private final String kind;
    private final transient Map<Envelope, String> reasons;

    /**
     * @param kind kind of the reasons, a label of the metric {@code saga_dead_letters}: lower-case words
     *     with hyphens, at most 20 characters
     * @param reasons the reason per event, for a person; not empty
     */
    public PoisonException(String kind, Map<Envelope, String> reasons) {
        super(reasons.size() + " events cannot be handled: " + reasons.values());
        this.kind = kind;
        this.reasons = Map.copyOf(reasons);
    }

    public String kind() {
        return kind;
    }

    public Map<Envelope, String> reasons() {
        return reasons;
    }
}
