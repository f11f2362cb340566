/** Settings, meters, topics and consumer progress of one instance of a service. All parts of the delivery use them. */
@NullMarked
package dev.saga.delivery.instance;

import org.jspecify.annotations.NullMarked;
