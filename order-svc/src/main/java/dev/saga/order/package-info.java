/** order-svc: takes orders, follows their sagas to the end, and undoes them when a step fails. */
@NullMarked
package dev.saga.order;

import org.jspecify.annotations.NullMarked;
