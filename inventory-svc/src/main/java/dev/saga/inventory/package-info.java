/** inventory-svc: reserves stock for orders and gives it back. */
@NullMarked
package dev.saga.inventory;

import org.jspecify.annotations.NullMarked;
