package dev.saga.inventory.domain;

import dev.saga.events.value.Money;
import dev.saga.events.value.ProductId;

/**
 * A product and its stock.
 *
 * @param available units that can be reserved, never below zero
 * @param reserved units held for orders or sold
 */
public record Stock(ProductId productId, String name, Money unitPrice, long available, long reserved) {
    /** The most units that can be available after a change by hand. */
    public static final long MOST = 1_000_000_000_000L;

    /** @throws IllegalArgumentException if a count is negative */
    public Stock {
        if (available < 0 || reserved < 0) {
            throw new IllegalArgumentException(
                    "stock of " + productId + " would be " + available + " available, " + reserved + " reserved");
        }
    }

    /** Signals that more than {@link #MOST} units would be available. */
    public static final class TooMuch extends RuntimeException {
        TooMuch(ProductId product, long available, long qty) {
            super(product + " has " + available + " available, with " + qty + " more it would have more than " + MOST);
        }
    }

    /**
     * Returns this product with {@code qty} more units available.
     *
     * @param qty 1 to {@link #MOST}
     * @throws TooMuch if more than {@link #MOST} units would be available
     */
    public Stock add(long qty) {
        if (qty > MOST - available) {
            throw new TooMuch(productId, available, qty);
        }
        return new Stock(productId, name, unitPrice, available + qty, reserved);
    }

    boolean has(int qty) {
        return available >= qty;
    }

    Stock hold(int qty) {
        return new Stock(productId, name, unitPrice, available - qty, reserved + qty);
    }

    Stock giveBack(int qty) {
        return new Stock(productId, name, unitPrice, available + qty, reserved - qty);
    }
}
