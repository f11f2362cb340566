/** The entry point of the system: access, rate limits, and the choice of an instance per request. */
@NullMarked
package dev.saga.gateway;

import org.jspecify.annotations.NullMarked;
