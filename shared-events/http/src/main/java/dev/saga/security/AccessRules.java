package dev.saga.security;

import org.springframework.security.config.web.server.ServerHttpSecurity.AuthorizeExchangeSpec;

/** Who may call what; asked once at the start, and only where there is an issuer of tokens. */
@FunctionalInterface
public interface AccessRules {
    /** The role of operators. */
    String OPERATOR = "ops";

    /** States the rules, the narrower before the wider; the last is for any other exchange. */
    void state(AuthorizeExchangeSpec exchanges);
}
