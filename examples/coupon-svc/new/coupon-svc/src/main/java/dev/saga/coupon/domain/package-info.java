/** The decisions on coupons and redemptions, as pure functions. */
@NullMarked
package dev.saga.coupon.domain;

import org.jspecify.annotations.NullMarked;
