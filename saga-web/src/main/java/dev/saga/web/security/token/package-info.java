/** Tokens of callers: the issuer, its keys and the claims that a token must have. */
@NullMarked
package dev.saga.web.security.token;

import org.jspecify.annotations.NullMarked;
