package dev.saga.order.store;

/**
 * The number of orders that are not final, over all instances, counted up to 100,000.
 *
 * @param stuck CANCELLING orders that were nudged {@link dev.saga.order.domain.Order#MOST_NUDGES} times or more;
 *     included in {@code cancelling}
 */
public record OpenOrders(long pending, long cancelling, long stuck) {}
