package dev.saga.inventory.http;

import dev.saga.security.AccessRules;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.web.server.ServerHttpSecurity.AuthorizeExchangeSpec;
import org.springframework.stereotype.Component;

/** Whoever signed in may read the catalogue. */
@Component
final class ProductAccess implements AccessRules {
    @Override
    public void state(AuthorizeExchangeSpec exchanges) {
        exchanges
                .pathMatchers(HttpMethod.GET, "/products", "/products/{productId}")
                .authenticated();
    }
}
