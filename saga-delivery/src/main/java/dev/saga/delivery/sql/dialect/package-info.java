/** The differences between the databases on which a service can store its data, in one place. */
@NullMarked
package dev.saga.delivery.sql.dialect;

import org.jspecify.annotations.NullMarked;
