/**
 * The form of an event in Kafka: CloudEvents 1.0 as JSON or in binary mode, and the checks of every consumed record.
 */
@NullMarked
package dev.saga.delivery.wire;

import org.jspecify.annotations.NullMarked;
