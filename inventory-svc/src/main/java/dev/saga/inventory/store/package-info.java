/** The products, the ledger and the reservations in the database. */
@NullMarked
package dev.saga.inventory.store;

import org.jspecify.annotations.NullMarked;
