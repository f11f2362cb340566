/** Access to the services: callers, hosts and origins that they accept. */
@NullMarked
package dev.saga.web.security;

import org.jspecify.annotations.NullMarked;
