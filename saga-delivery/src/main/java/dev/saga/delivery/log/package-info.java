/**
 * The log of the events that a service has consumed and published: it deduplicates them, and it is the timeline of a
 * saga.
 */
@NullMarked
package dev.saga.delivery.log;

import org.jspecify.annotations.NullMarked;
