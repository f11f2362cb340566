package dev.saga.inventory.http;

import dev.saga.web.security.AccessRules;
import java.util.List;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.web.server.ServerHttpSecurity.AuthorizeExchangeSpec;
import org.springframework.stereotype.Component;

/** Lets every authenticated caller read the catalogue. */
@Component
final class ProductAccess implements AccessRules {
    @Override
    public void state(AuthorizeExchangeSpec exchanges) {
        for (HttpMethod reading : List.of(HttpMethod.GET, HttpMethod.HEAD)) {
            exchanges
                    .pathMatchers(reading, "/products", "/products/{productId}")
                    .authenticated();
        }
    }
}
