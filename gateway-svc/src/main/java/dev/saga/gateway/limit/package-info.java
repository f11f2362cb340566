/** The limits of what a caller may send, before a request goes to a service. */
@NullMarked
package dev.saga.gateway.limit;

import org.jspecify.annotations.NullMarked;
