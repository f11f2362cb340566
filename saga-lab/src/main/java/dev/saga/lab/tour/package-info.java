/** A tour of failures, for people who want to see how the system behaves before they trust it. */
@NullMarked
package dev.saga.lab.tour;

import org.jspecify.annotations.NullMarked;
