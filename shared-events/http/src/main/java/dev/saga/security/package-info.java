/** Who is asking, and what they may: tokens of an issuer, or nobody is asked. */
@NullMarked
package dev.saga.security;

import org.jspecify.annotations.NullMarked;
