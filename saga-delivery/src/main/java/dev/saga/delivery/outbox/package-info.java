/** Events that a transaction publishes: stored with its changes, and sent to Kafka by the relay after the commit. */
@NullMarked
package dev.saga.delivery.outbox;

import org.jspecify.annotations.NullMarked;
