/** Breaks the running system on purpose, under load, and judges what became of every order. */
@NullMarked
package dev.saga.lab.chaos;

import org.jspecify.annotations.NullMarked;
