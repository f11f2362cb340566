/** Tests of the HTTP interfaces on running services. */
@NullMarked
package dev.saga.lab.http;

import org.jspecify.annotations.NullMarked;
