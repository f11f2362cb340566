/** The orders in the database. */
@NullMarked
package dev.saga.order.store;

import org.jspecify.annotations.NullMarked;
