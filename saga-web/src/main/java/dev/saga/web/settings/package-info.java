/** Checks of settings at the start of a service. */
@NullMarked
package dev.saga.web.settings;

import org.jspecify.annotations.NullMarked;
