/**
 * How events are delivered: at least once, taking effect once, in order per saga. Inbox, outbox and state change share
 * one local transaction; whatever Kafka is to this system stays in here.
 */
@NullMarked
package dev.saga.delivery;

import org.jspecify.annotations.NullMarked;
