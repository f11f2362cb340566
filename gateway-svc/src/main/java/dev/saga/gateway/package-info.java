/** The one door: who may come in, how often, and which instance answers. */
@NullMarked
package dev.saga.gateway;

import org.jspecify.annotations.NullMarked;
