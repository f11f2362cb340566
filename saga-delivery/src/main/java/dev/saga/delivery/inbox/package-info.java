/**
 * Handles consumed events, one batch per transaction, and parks records that cannot be handled as dead letters in the
 * order of their saga.
 */
@NullMarked
package dev.saga.delivery.inbox;

import org.jspecify.annotations.NullMarked;
