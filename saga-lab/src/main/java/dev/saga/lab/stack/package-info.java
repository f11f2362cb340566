/** The running system: services as processes, their databases, and clients and checks for them. */
@NullMarked
package dev.saga.lab.stack;

import org.jspecify.annotations.NullMarked;
