/** Injects faults into the running system under load, and checks the final state of every order. */
@NullMarked
package dev.saga.lab.chaos;

import org.jspecify.annotations.NullMarked;
