/** Log lines for machines. */
@NullMarked
package dev.saga.web.log;

import org.jspecify.annotations.NullMarked;
