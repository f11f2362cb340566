/** The running system: services as processes, their databases, and ways to talk to them and to check them. */
@NullMarked
package dev.saga.lab.stack;

import org.jspecify.annotations.NullMarked;
