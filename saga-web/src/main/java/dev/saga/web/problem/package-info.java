/** Responses to requests that fail, as problem details (RFC 9457). */
@NullMarked
package dev.saga.web.problem;

import org.jspecify.annotations.NullMarked;
