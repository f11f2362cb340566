/** Tests that compare the documentation, the settings page and the containers with the code. */
@NullMarked
package dev.saga.lab.docs;

import org.jspecify.annotations.NullMarked;
