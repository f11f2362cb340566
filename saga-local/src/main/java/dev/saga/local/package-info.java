/** The system's surroundings on one machine: a Kafka broker, a MariaDB server and the rules for child processes. */
@NullMarked
package dev.saga.local;

import org.jspecify.annotations.NullMarked;
