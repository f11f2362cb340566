/** Who may call what, and what strangers may send. */
package dev.saga.lab.security;
