/** Operators' actions: who did what, when and why, committed with the change. */
@NullMarked
package dev.saga.delivery.audit;

import org.jspecify.annotations.NullMarked;
