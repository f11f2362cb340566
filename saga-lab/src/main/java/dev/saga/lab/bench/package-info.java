/** Measures the system from outside: load, latencies, and costs per process. */
@NullMarked
package dev.saga.lab.bench;

import org.jspecify.annotations.NullMarked;
