/** The HTTP interface of coupon-svc. */
@NullMarked
package dev.saga.coupon.http;

import org.jspecify.annotations.NullMarked;
