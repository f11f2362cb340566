@NullMarked
package dev.saga.lab.chaos;

import org.jspecify.annotations.NullMarked;
