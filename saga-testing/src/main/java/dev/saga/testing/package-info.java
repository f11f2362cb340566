/**
 * Test infrastructure: a broker and a database for all tests of a build, a delivery without Kafka, and architecture
 * rules.
 */
@NullMarked
package dev.saga.testing;

import org.jspecify.annotations.NullMarked;
