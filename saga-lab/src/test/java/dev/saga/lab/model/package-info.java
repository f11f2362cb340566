/**
 * Model check: visits every reachable state of one order's saga with the decision functions that run in production.
 * These functions are pure, so a test can try every delivery, duplicate, deadline, cancel and crash.
 */
@NullMarked
package dev.saga.lab.model;

import org.jspecify.annotations.NullMarked;
