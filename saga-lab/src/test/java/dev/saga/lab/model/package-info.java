/**
 * Every reachable state of one order's saga, over the decision functions that run in production: the three domains are
 * pure, so that a machine can try every delivery, duplicate, deadline, cancel and crash.
 */
@NullMarked
package dev.saga.lab.model;

import org.jspecify.annotations.NullMarked;
