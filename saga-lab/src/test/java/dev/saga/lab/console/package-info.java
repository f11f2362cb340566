/** The console in a real browser. */
package dev.saga.lab.console;
