/** Tests of metrics, alert rules and the dashboard. */
@NullMarked
package dev.saga.lab.observability;

import org.jspecify.annotations.NullMarked;
