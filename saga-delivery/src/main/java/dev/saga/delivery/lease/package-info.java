/** Leadership that is stored in the database and ends by itself. */
@NullMarked
package dev.saga.delivery.lease;

import org.jspecify.annotations.NullMarked;
