package dev.saga.web.security.token;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/** Matches if the address of an issuer or of its key set is configured and not empty. */
public final class IssuerConfigured implements Condition {
    private static final String PREFIX = "spring.security.oauth2.resourceserver.jwt.";

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return StringUtils.hasText(context.getEnvironment().getProperty(PREFIX + "issuer-uri"))
                || StringUtils.hasText(context.getEnvironment().getProperty(PREFIX + "jwk-set-uri"));
    }
}
