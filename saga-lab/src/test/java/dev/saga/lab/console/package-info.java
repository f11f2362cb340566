/** Tests of the console in a real browser. */
package dev.saga.lab.console;
