/** The HTTP interface of order-svc. */
@NullMarked
package dev.saga.order.http;

import org.jspecify.annotations.NullMarked;
