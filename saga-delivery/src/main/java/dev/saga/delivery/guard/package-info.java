/** Checks at the start: settings of servers that the promises need, and settings that the stored data depends on. */
@NullMarked
package dev.saga.delivery.guard;

import org.jspecify.annotations.NullMarked;
