/** order-svc: places orders, follows their sagas to the end, and cancels them when a step fails. */
@NullMarked
package dev.saga.order;

import org.jspecify.annotations.NullMarked;
