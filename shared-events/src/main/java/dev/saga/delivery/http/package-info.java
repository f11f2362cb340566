/** What the delivery says over HTTP: dead letters, and refusals while it has no room. */
@NullMarked
package dev.saga.delivery.http;

import org.jspecify.annotations.NullMarked;
