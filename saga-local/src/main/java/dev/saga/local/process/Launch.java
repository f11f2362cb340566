package dev.saga.local.process;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Locations of the system's parts on this machine after a build. */
public final class Launch {
    private Launch() {}

    /**
     * Returns the folder of the checkout: system property {@code saga.home}, else the nearest parent folder with {@code
     * mvnw}.
     */
    public static Path home() {
        String configured = System.getProperty("saga.home");
        if (configured != null) {
            return Path.of(configured).toAbsolutePath();
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("mvnw"))) {
                return at;
            }
        }
        throw new StartFailure("Not inside a checkout: run ./mvnw from its folder, or set -Dsaga.home.");
    }

    /** Returns the runnable jar of a service, which {@code ./mvnw package} builds. */
    public static Path serviceJar(String service) {
        return requireBuilt(home().resolve(service).resolve("target").resolve(service + ".jar"));
    }

    public static Path brokerLibraries() {
        return requireBuilt(home().resolve("saga-local/target/kafka"));
    }

    /** Returns the folder of Kafka Connect: {@code lib} with its jars, and the agent that serves its meters. */
    public static Path connect() {
        return requireBuilt(home().resolve("saga-connect/target/connect"));
    }

    public static Path databaseBinaries() {
        return requireBuilt(home().resolve("saga-local/target/mariadb"));
    }

    /** Returns the folder of the archive with PostgreSQL's programs. */
    public static Path otherDatabaseBinaries() {
        return requireBuilt(home().resolve("saga-local/target/postgresql"));
    }

    public static String classPathOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new StartFailure("no class path for " + type, e);
        }
    }

    private static Path requireBuilt(Path path) {
        if (!Files.exists(path)) {
            throw new StartFailure(path + " is missing: run ./mvnw package -DskipTests first.");
        }
        return path;
    }
}
