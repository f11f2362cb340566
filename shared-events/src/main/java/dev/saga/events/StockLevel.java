package dev.saga.events;

import static java.util.Objects.requireNonNull;

import dev.saga.event.StateTopic;
import dev.saga.event.StateType;
import dev.saga.events.value.ProductId;

/**
 * The units of a product that inventory-svc could reserve at one moment, published on the compacted topic {@code stock}.
 *
 * @param available 0 or more units
 * @param version 1 or more; a change of the stock raises it, and a repetition of the same level does not
 */
public record StockLevel(ProductId productId, long available, long version) {
    public static final StateType<StockLevel> TYPE = new StateType<>(
            new StateTopic("stock"),
            "STOCK_LEVEL",
            StockLevel.class,
            level -> level.productId().text());

    /** @throws IllegalArgumentException if a number is out of range */
    public StockLevel {
        requireNonNull(productId, "product_id is missing");
        if (available < 0 || version < 1) {
            throw new IllegalArgumentException(
                    "a level has available >= 0 and version >= 1 but this has " + available + " and " + version);
        }
    }
}
