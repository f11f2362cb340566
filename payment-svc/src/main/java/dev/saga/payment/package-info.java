/** payment-svc: charges orders and refunds them. */
@NullMarked
package dev.saga.payment;

import org.jspecify.annotations.NullMarked;
