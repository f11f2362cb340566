package dev.saga.lab;

import dev.saga.lab.bench.BenchCommand;
import dev.saga.lab.chaos.ChaosCommand;
import dev.saga.local.StartFailure;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The lab's command line. */
@Command(
        name = "lab",
        description = "The order saga on this machine: three services, a Kafka broker and a MariaDB, on loopback.",
        mixinStandardHelpOptions = true,
        version = "1.0",
        subcommands = {DemoCommand.class, UpCommand.class, InfraCommand.class, ChaosCommand.class, BenchCommand.class})
public final class LabApplication {
    private LabApplication() {}

    /** Exit code 0: done as told; 1: something failed; 2: the command line is wrong. */
    public static void main(String[] args) {
        if (Boolean.getBoolean("saga.maven")) {
            ProcessHandle.current().parent().ifPresent(LabApplication::endWith);
        }
        System.exit(run(args));
    }

    static int run(String... args) {
        return new CommandLine(new LabApplication())
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> failed(failure))
                .execute(args);
    }

    /** The lab never outlives the Maven that started it. */
    private static void endWith(ProcessHandle maven) {
        Thread.ofPlatform().daemon().name("maven-watch").start(() -> {
            maven.onExit().join();
            System.exit(1);
        });
    }

    private static int failed(Exception failure) {
        if (failure instanceof StartFailure || failure instanceof UncheckedIOException) {
            System.err.println("\n" + failure.getMessage());
        } else {
            failure.printStackTrace();
        }
        return 1;
    }
}
