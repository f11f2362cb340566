package dev.saga.order.http;

import dev.saga.web.security.AccessRules;
import dev.saga.web.security.token.OwnerOnly;
import org.springframework.security.config.web.server.ServerHttpSecurity.AuthorizeExchangeSpec;
import org.springframework.stereotype.Component;

/** Restricts the orders of a user to that user. */
@Component
final class OrderAccess implements AccessRules {
    @Override
    public void state(AuthorizeExchangeSpec exchanges) {
        exchanges.pathMatchers("/{userId}/orders/**").access(new OwnerOnly());
    }
}
