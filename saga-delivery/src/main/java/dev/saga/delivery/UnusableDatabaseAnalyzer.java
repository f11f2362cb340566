package dev.saga.delivery;

import org.flywaydb.core.api.FlywayException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/** Names the database and the reason instead of a stack trace if the tables cannot be prepared. */
final class UnusableDatabaseAnalyzer extends AbstractFailureAnalyzer<FlywayException> {
    private final Environment environment;

    UnusableDatabaseAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable failure, FlywayException cause) {
        return new FailureAnalysis(
                "The tables could not be prepared in the database " + setting("name") + " at " + setting("address")
                        + " (" + setting("kind") + "): " + reason(cause),
                "Start the database, or correct saga.database.kind, .address, .name, .migration-user and"
                        + " .migration-password.",
                cause);
    }

    private String setting(String name) {
        return environment.getProperty("saga.database." + name, "?");
    }

    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = String.valueOf(root.getMessage()).strip();
        return failure.getCause() == null ? message : root.getClass().getSimpleName() + ": " + message;
    }
}
