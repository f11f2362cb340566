package dev.saga.web.security;

import dev.saga.web.HttpConfiguration;
import dev.saga.web.HttpProperties;
import dev.saga.web.UnguardedException;
import dev.saga.web.problem.Problem;
import dev.saga.web.problem.Problems;
import dev.saga.web.security.token.IssuerConfigured;
import dev.saga.web.security.token.IssuerProperties;
import dev.saga.web.security.token.RequiredClaims;
import dev.saga.web.security.token.Tokens;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.reactive.ReactiveOAuth2ResourceServerAutoConfiguration;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.web.reactive.ReactiveOAuth2ResourceServerWebSecurityAutoConfiguration;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity.AuthorizeExchangeSpec;
import org.springframework.security.config.web.server.ServerHttpSecurity.CsrfSpec;
import org.springframework.security.config.web.server.ServerHttpSecurity.HeaderSpec;
import org.springframework.security.config.web.server.ServerHttpSecurity.LogoutSpec;
import org.springframework.security.config.web.server.ServerHttpSecurity.RequestCacheSpec;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.security.web.server.firewall.ServerExchangeRejectedHandler;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher.MatchResult;
import reactor.core.publisher.Mono;

/**
 * An OAuth 2 resource server if an issuer is configured ({@code spring.security.oauth2.resourceserver.jwt.*}): the
 * token's {@code sub} is the user, and its {@code roles} grant further rights. Without an issuer no token is required;
 * this is allowed on loopback, or if {@code saga.security=open} is set.
 */
@AutoConfiguration(
        after = HttpConfiguration.class,
        before = {
            ReactiveOAuth2ResourceServerAutoConfiguration.class,
            ReactiveWebSecurityAutoConfiguration.class,
            ReactiveOAuth2ResourceServerWebSecurityAutoConfiguration.class
        })
@EnableConfigurationProperties({ServerProperties.class, IssuerProperties.class, OAuth2ResourceServerProperties.class})
@EnableWebFluxSecurity
public class SecurityConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(SecurityConfiguration.class);

    @Bean
    @ConditionalOnMissingBean
    AccessRules accessRules() {
        return exchanges -> {};
    }

    @Bean
    @Conditional(IssuerConfigured.class)
    ReactiveJwtDecoder issuerTokens(
            OAuth2ResourceServerProperties issuer, IssuerProperties more, RequiredClaims shape) {
        return Tokens.decoder(issuer.getJwt(), more, shape);
    }

    @Bean
    Exposure exposure(ObjectProvider<ReactiveJwtDecoder> issuer, ServerProperties server) {
        return new Exposure(issuer.getIfAvailable() != null, server.getAddress());
    }

    /**
     * @param mode {@code saga.security}: {@code open} accepts every caller on any address if there is no issuer
     * @throws UnguardedException if there is no issuer and other machines can reach the address, or if there is no
     *     audience
     */
    @Bean
    SecurityWebFilterChain door(
            ServerHttpSecurity http,
            ObjectProvider<ReactiveJwtDecoder> issuer,
            AccessRules rules,
            Problems problems,
            Exposure exposure,
            IssuerProperties more,
            OAuth2ResourceServerProperties properties,
            @Value("${saga.security:}") String mode) {
        ReactiveJwtDecoder tokens = issuer.getIfAvailable();
        if (tokens != null) {
            requireAudience(properties.getJwt().getAudiences(), more);
            return guarded(http, tokens, rules, new Refusals(problems));
        }
        if (!mode.equals("open") && !exposure.isOnLoopback()) {
            throw UnguardedException.withoutIssuer(exposure.address());
        }
        LOG.info("access is open: no issuer of tokens is configured address={}", exposure.address());
        return http.securityMatcher(exchange -> MatchResult.notMatch()).build();
    }

    private static void requireAudience(List<String> audiences, IssuerProperties more) {
        if (audiences.stream().allMatch(String::isBlank) && !more.anyAudience()) {
            throw UnguardedException.withoutAudience();
        }
        LOG.info("every caller needs a token audiences={} any={}", audiences, more.anyAudience());
    }

    @Bean
    ForeignRequests foreignRequests(Exposure exposure, HttpProperties properties, Problems problems) {
        return new ForeignRequests(exposure, new KnownHosts(properties.hosts()), problems);
    }

    private static SecurityWebFilterChain guarded(
            ServerHttpSecurity http, ReactiveJwtDecoder tokens, AccessRules rules, Refusals refusals) {
        return http.csrf(CsrfSpec::disable)
                .headers(HeaderSpec::disable)
                .logout(LogoutSpec::disable)
                .requestCache(RequestCacheSpec::disable)
                .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
                .authorizeExchange(exchanges -> state(exchanges, rules))
                .exceptionHandling(
                        failures -> failures.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
                .oauth2ResourceServer(server -> server.jwt(jwt -> jwt.jwtDecoder(token -> decode(tokens, token)))
                        .authenticationEntryPoint(refusals)
                        .accessDeniedHandler(refusals)
                        .authenticationFailureHandler(refusals::notAuthenticated))
                .build();
    }

    /** Decodes a token. A failure that is not about the token means that the issuer's keys are not available. */
    private static Mono<Jwt> decode(ReactiveJwtDecoder tokens, String token) {
        return tokens.decode(token)
                .onErrorMap(
                        failure -> !(failure instanceof JwtException),
                        failure -> new AuthenticationServiceException("no keys", failure));
    }

    private static void state(AuthorizeExchangeSpec exchanges, AccessRules rules) {
        exchanges
                .pathMatchers("/health_check", "/actuator/health/**", "/v3/api-docs/**")
                .permitAll();
        rules.state(exchanges);
        exchanges.anyExchange().hasRole(AccessRules.OPERATOR);
    }

    @Bean
    RequiredClaims tokenShape(
            @Value("${spring.security.oauth2.resourceserver.jwt.authorities-claim-name:roles}") String roles) {
        return new RequiredClaims(roles);
    }

    @Bean
    CrossSiteRequests crossSiteRequests(Problems problems) {
        return new CrossSiteRequests(problems);
    }

    /** Refuses paths that are written to confuse: {@code //}, {@code ..}, {@code ;}, encoded slashes. */
    @Bean
    ServerExchangeRejectedHandler suspiciousAddresses(Problems problems) {
        return (exchange, rejection) -> problems.answer(
                exchange, Problem.invalid("request", "has a path or a method that this service does not accept"));
    }
}
