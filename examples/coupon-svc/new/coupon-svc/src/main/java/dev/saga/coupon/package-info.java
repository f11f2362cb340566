/** coupon-svc: redeems coupons for orders and gives them back. */
@NullMarked
package dev.saga.coupon;

import org.jspecify.annotations.NullMarked;
