/** Observes a running system from outside: over HTTP, in its topics and in its databases. */
@NullMarked
package dev.saga.lab.probe;

import org.jspecify.annotations.NullMarked;
