@NullMarked
package dev.saga.lab.ops;

import org.jspecify.annotations.NullMarked;
