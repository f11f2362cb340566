/** Tests of the tool. */
package dev.saga.lab.cli;
