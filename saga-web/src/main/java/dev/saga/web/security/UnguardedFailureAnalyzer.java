package dev.saga.web.security;

import dev.saga.web.UnguardedException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints the remedy instead of a stack trace. */
final class UnguardedFailureAnalyzer extends AbstractFailureAnalyzer<UnguardedException> {
    @Override
    protected FailureAnalysis analyze(Throwable failure, UnguardedException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
    }
}
