/**
 * The types of every contract: events of a saga, their types and topics, and the contract that lists them. Pure JDK.
 */
@NullMarked
package dev.saga.event;

import org.jspecify.annotations.NullMarked;
