/** The commands of the tool, which run the whole system on one machine, for people and for scripts. */
@NullMarked
package dev.saga.lab.cli;

import org.jspecify.annotations.NullMarked;
