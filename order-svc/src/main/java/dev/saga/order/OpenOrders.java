package dev.saga.order;

/**
 * Orders that are not final, of all instances, counted up to 100,000.
 *
 * @param stuck those CANCELLING after more nudges than would end a PENDING one; they are among the cancelling
 */
record OpenOrders(long pending, long cancelling, long stuck) {}
