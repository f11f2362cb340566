@NullMarked
package dev.saga.lab.bench;

import org.jspecify.annotations.NullMarked;
