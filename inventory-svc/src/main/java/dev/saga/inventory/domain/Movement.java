package dev.saga.inventory.domain;

import dev.saga.event.TransactionId;
import dev.saga.events.value.ProductId;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the ledger: a change of available stock.
 *
 * @param transactionId the order that caused it; null if stock was set by hand
 * @param quantity units that became available; negative for reserved units
 */
public record Movement(ProductId productId, @Nullable TransactionId transactionId, long quantity, Kind kind) {

    /** The cause of a change. */
    public enum Kind {
        STOCKED,
        RESERVED,
        RELEASED
    }
}
