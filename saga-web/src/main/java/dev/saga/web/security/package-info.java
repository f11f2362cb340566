/** Access to the services: who may call them, from which hosts and origins. */
@NullMarked
package dev.saga.web.security;

import org.jspecify.annotations.NullMarked;
