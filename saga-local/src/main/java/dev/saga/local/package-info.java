/** The infrastructure on one machine: a Kafka broker, a MariaDB server and the management of child processes. */
@NullMarked
package dev.saga.local;

import org.jspecify.annotations.NullMarked;
