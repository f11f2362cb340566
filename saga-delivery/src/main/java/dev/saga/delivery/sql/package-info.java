/** Connections, statements and transactions of a database: bounded in time and in bytes, and pipelined. */
@NullMarked
package dev.saga.delivery.sql;

import org.jspecify.annotations.NullMarked;
