package dev.saga.gateway;

import dev.saga.events.Participant;
import dev.saga.web.security.AccessRules;
import org.springframework.security.config.web.server.ServerHttpSecurity.AuthorizeExchangeSpec;
import org.springframework.stereotype.Component;

/**
 * The gateway's access rules: the console's files and the API descriptions are open. Each service checks its own calls.
 */
@Component
final class GatewayAccess implements AccessRules {
    @Override
    public void state(AuthorizeExchangeSpec exchanges) {
        exchanges
                .pathMatchers(
                        "/", "/index.html", "/console/**", "/who", "/swagger-ui.html", "/swagger-ui/**", "/webjars/**")
                .permitAll()
                .pathMatchers("/{service}/v3/api-docs", "/{service}/health_check", "/{service}/actuator/health/**")
                .permitAll()
                .pathMatchers(Participant.routes().stream()
                        .map(route -> "/" + route + "/**")
                        .toArray(String[]::new))
                .authenticated();
    }
}
