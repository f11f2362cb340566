/** The rows of orders for reports, published on the topic {@code orders}. */
@NullMarked
package dev.saga.order.export;

import org.jspecify.annotations.NullMarked;
