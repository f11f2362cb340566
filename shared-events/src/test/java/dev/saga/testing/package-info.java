/** What the tests of all modules share: where broker and database come from, and the rules of the architecture. */
@NullMarked
package dev.saga.testing;

import org.jspecify.annotations.NullMarked;
