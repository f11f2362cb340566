/** Programs as child processes that end with their parent. */
@NullMarked
package dev.saga.local.process;

import org.jspecify.annotations.NullMarked;
