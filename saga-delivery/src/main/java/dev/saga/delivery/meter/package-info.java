/** Figures of the database that only metrics need. */
@NullMarked
package dev.saga.delivery.meter;

import org.jspecify.annotations.NullMarked;
