/** What services and gateway answer over HTTP in the same way: problems, health, descriptions. */
@NullMarked
package dev.saga.http;

import org.jspecify.annotations.NullMarked;
