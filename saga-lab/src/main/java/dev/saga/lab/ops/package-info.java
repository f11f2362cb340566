/** The operators' commands, for people and for scripts. They call the HTTP routes of a running system. */
@NullMarked
package dev.saga.lab.ops;

import org.jspecify.annotations.NullMarked;
