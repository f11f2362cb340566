/** The HTTP interface of inventory-svc. */
@NullMarked
package dev.saga.inventory.http;

import org.jspecify.annotations.NullMarked;
