/** The values in the shop's events; each checks its bounds. */
@NullMarked
package dev.saga.events.value;

import org.jspecify.annotations.NullMarked;
