/** What all services answer over HTTP in the same way: problems, health, dead letters. */
@NullMarked
package dev.saga.http;

import org.jspecify.annotations.NullMarked;
