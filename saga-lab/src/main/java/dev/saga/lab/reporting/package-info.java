/** The table of all orders for reports: its database, Kafka Connect, and the connector that fills it. */
@NullMarked
package dev.saga.lab.reporting;

import org.jspecify.annotations.NullMarked;
