/** Tests that stop, kill, flood or silence a part of the system. */
@NullMarked
package dev.saga.lab.disaster;

import org.jspecify.annotations.NullMarked;
