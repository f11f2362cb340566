/** One instance of a service: its settings, meters, topics and progress, which all parts of the delivery use. */
@NullMarked
package dev.saga.delivery.instance;

import org.jspecify.annotations.NullMarked;
