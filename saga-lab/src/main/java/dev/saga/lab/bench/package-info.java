/** How fast the system is, measured from outside: load, latencies, and what they cost by process. */
@NullMarked
package dev.saga.lab.bench;

import org.jspecify.annotations.NullMarked;
