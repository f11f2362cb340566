/** The rows of coupons and redemptions. */
@NullMarked
package dev.saga.coupon.store;

import org.jspecify.annotations.NullMarked;
