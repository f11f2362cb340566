/** Routes for dead letters, and the connections and deadlines of requests. */
@NullMarked
package dev.saga.delivery.http;

import org.jspecify.annotations.NullMarked;
