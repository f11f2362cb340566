/** The meters of orders and their sagas. */
@NullMarked
package dev.saga.order.meter;

import org.jspecify.annotations.NullMarked;
