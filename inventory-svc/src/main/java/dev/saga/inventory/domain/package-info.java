/** Stock, reservations and their decisions on events: pure functions, no I/O, no clock. */
@NullMarked
package dev.saga.inventory.domain;

import org.jspecify.annotations.NullMarked;
