package dev.saga.web.security;

import org.springframework.security.config.web.server.ServerHttpSecurity.AuthorizeExchangeSpec;

/**
 * Who may call what at one service; asked once at the start, and only where there is an issuer of tokens. Health and
 * descriptions are open everywhere, and whatever no rule names is for operators.
 */
@FunctionalInterface
public interface AccessRules {
    /** The role of operators. */
    String OPERATOR = "ops";

    /** States the rules, the narrower before the wider. */
    void state(AuthorizeExchangeSpec exchanges);
}
