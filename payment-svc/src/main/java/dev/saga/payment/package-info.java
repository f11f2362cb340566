/** payment-svc: charges orders and gives the money back. */
@NullMarked
package dev.saga.payment;

import org.jspecify.annotations.NullMarked;
