/** The events of the shop as sealed records, and the value types in them. Pure JDK: no JSON, no Kafka, no Spring. */
@NullMarked
package dev.saga.events;

import org.jspecify.annotations.NullMarked;
