/** What stock and reservations are and how they answer events: pure functions, no I/O, no clock. */
@NullMarked
package dev.saga.inventory.domain;

import org.jspecify.annotations.NullMarked;
