/**
 * Spring Boot starter that adds event delivery to a service. Events are delivered at least once, take effect once, and
 * keep their order per saga.
 */
@NullMarked
package dev.saga.delivery;

import org.jspecify.annotations.NullMarked;
