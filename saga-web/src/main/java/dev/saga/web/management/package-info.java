/** Health and the port of the management endpoints. */
@NullMarked
package dev.saga.web.management;

import org.jspecify.annotations.NullMarked;
