@NullMarked
package dev.saga.lab.stack;

import org.jspecify.annotations.NullMarked;
