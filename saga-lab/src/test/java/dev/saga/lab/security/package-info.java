/** Tests of access rules and of malformed requests. */
package dev.saga.lab.security;
