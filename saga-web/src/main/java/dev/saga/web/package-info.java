/** HTTP of all services: headers, limits and deadlines of requests. */
@NullMarked
package dev.saga.web;

import org.jspecify.annotations.NullMarked;
