/** Tests of whole sagas on running services. */
@NullMarked
package dev.saga.lab.e2e;

import org.jspecify.annotations.NullMarked;
