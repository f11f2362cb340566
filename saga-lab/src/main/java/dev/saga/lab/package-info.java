/** The lab: the commands that run the whole system on one machine, for people and for scripts. */
@NullMarked
package dev.saga.lab;

import org.jspecify.annotations.NullMarked;
