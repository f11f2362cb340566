package dev.saga.web.security;

import org.springframework.security.config.web.server.ServerHttpSecurity.AuthorizeExchangeSpec;

/**
 * The access rules of one service. They are read once at startup, and only if an issuer of tokens is configured. Health
 * and API descriptions are open at every service; a path that no rule names is for operators.
 */
@FunctionalInterface
public interface AccessRules {
    /** The role of operators. */
    String OPERATOR = "ops";

    /** Adds the rules, the narrower before the wider. */
    void state(AuthorizeExchangeSpec exchanges);
}
