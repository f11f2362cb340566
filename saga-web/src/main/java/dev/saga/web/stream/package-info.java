/** Streams of server-sent events. */
@NullMarked
package dev.saga.web.stream;

import org.jspecify.annotations.NullMarked;
