/**
 * Routes for dead letters, and the rules for requests: connections of their own, and commands that run to their end.
 */
@NullMarked
package dev.saga.delivery.http;

import org.jspecify.annotations.NullMarked;
