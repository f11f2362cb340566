package dev.saga.security;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to do instead of a stack trace. */
final class UnguardedFailureAnalyzer extends AbstractFailureAnalyzer<UnguardedException> {
    @Override
    protected FailureAnalysis analyze(Throwable failure, UnguardedException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Set spring.security.oauth2.resourceserver.jwt.issuer-uri or .jwk-set-uri; or listen on loopback"
                        + " (server.address=127.0.0.1); or say saga.security=open where everybody may do everything.",
                cause);
    }
}
