package dev.saga.delivery.guard;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints both values and what to do, instead of a stack trace. */
final class UnsafeSettingAnalyzer extends AbstractFailureAnalyzer<UnsafeSetting> {
    @Override
    protected FailureAnalysis analyze(Throwable failure, UnsafeSetting cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
    }
}
