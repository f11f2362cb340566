/**
 * What the services say to each other: sealed records of every event, the value types in them, and nothing else. Pure
 * JDK: no JSON, no Kafka, no Spring.
 */
@NullMarked
package dev.saga.events;

import org.jspecify.annotations.NullMarked;
