package dev.saga.inventory;

import dev.saga.inventory.domain.Stock;
import org.jspecify.annotations.Nullable;

/** A condition of a change, judged on the locked row. */
@FunctionalInterface
public interface Condition {
    Condition NONE = stock -> true;

    /** Whether the change may be made; null is a product that does not exist. */
    boolean holds(@Nullable Stock stock);

    /** The condition does not hold, so nothing was changed. */
    final class Failed extends RuntimeException {
        Failed() {
            super("the condition does not hold", null, false, false);
        }
    }
}
