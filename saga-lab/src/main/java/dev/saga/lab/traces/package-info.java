/** Traces without a backend: a collector that writes spans to a file, and the tree of one saga. */
@NullMarked
package dev.saga.lab.traces;

import org.jspecify.annotations.NullMarked;
