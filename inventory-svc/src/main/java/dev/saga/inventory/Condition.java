package dev.saga.inventory;

import dev.saga.inventory.domain.Stock;
import org.jspecify.annotations.Nullable;

/** A condition of a change, evaluated on the locked row. */
@FunctionalInterface
public interface Condition {
    Condition NONE = stock -> true;

    /**
     * Returns true if the change may be made.
     *
     * @param stock null if the product does not exist
     */
    boolean holds(@Nullable Stock stock);

    /** Signals that the condition does not hold; nothing was changed. */
    final class Failed extends RuntimeException {
        Failed() {
            super("the condition does not hold", null, false, false);
        }
    }
}
