/** The payments in the database. */
@NullMarked
package dev.saga.payment.store;

import org.jspecify.annotations.NullMarked;
