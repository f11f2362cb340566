package dev.saga.local;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the parts of the system lie on this machine after a build. */
public final class Launch {
    private Launch() {}

    /** The folder of the checkout: system property {@code saga.home}, else the nearest folder upwards with {@code mvnw}. */
    public static Path home() {
        String told = System.getProperty("saga.home");
        if (told != null) {
            return Path.of(told).toAbsolutePath();
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("mvnw"))) {
                return at;
            }
        }
        throw new StartFailure("Not inside a checkout: run ./mvnw from its folder, or set -Dsaga.home.");
    }

    /** The runnable jar of a service; built by {@code ./mvnw package}. */
    public static Path serviceJar(String service) {
        return built(home().resolve(service).resolve("target").resolve(service + ".jar"));
    }

    static Path brokerLibraries() {
        return built(home().resolve("saga-local/target/kafka"));
    }

    static Path databaseBinaries() {
        return built(home().resolve("saga-local/target/mariadb"));
    }

    static String classPathOf(Class<?> type) {
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

    private static Path built(Path path) {
        if (!Files.exists(path)) {
            throw new StartFailure(path + " is missing: run ./mvnw package -DskipTests first.");
        }
        return path;
    }
}
