/** Handles events that arrive, a batch per transaction, and parks what cannot be handled as dead letters in the order of their saga. */
@NullMarked
package dev.saga.delivery.inbox;

import org.jspecify.annotations.NullMarked;
