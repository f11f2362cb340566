package dev.saga.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * The main class of the broker's JVM: formats the storage if it is new, then runs {@code kafka.Kafka}. This needs one
 * JVM start instead of two.
 */
public final class BrokerMain {
    private BrokerMain() {}

    /** Runs the broker. {@code args}: the cluster id and the path of {@code server.properties}. */
    public static void main(String[] args) throws Exception {
        var settings = new Properties();
        try (var in = Files.newInputStream(Path.of(args[1]))) {
            settings.load(in);
        }
        if (!Files.exists(Path.of(settings.getProperty("log.dirs"), "meta.properties"))) {
            Object formatted = Class.forName("kafka.tools.StorageTool")
                    .getMethod("execute", String[].class, java.io.PrintStream.class)
                    .invoke(null, new String[] {"format", "--cluster-id", args[0], "--config", args[1]}, System.err);
            if (!Integer.valueOf(0).equals(formatted)) {
                throw new IllegalStateException("the broker's storage could not be formatted");
            }
        }
        Class.forName("kafka.Kafka").getMethod("main", String[].class).invoke(null, (Object) new String[] {args[1]});
    }
}
