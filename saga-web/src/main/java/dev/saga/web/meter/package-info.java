/** The meters of HTTP, and the form that meters of durations have in every service. */
@NullMarked
package dev.saga.web.meter;

import org.jspecify.annotations.NullMarked;
