/** The HTTP interface of payment-svc. */
@NullMarked
package dev.saga.payment.http;

import org.jspecify.annotations.NullMarked;
