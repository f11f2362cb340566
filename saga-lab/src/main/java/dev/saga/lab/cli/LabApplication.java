package dev.saga.lab.cli;

import dev.saga.lab.bench.BenchCommand;
import dev.saga.lab.chaos.ChaosCommand;
import dev.saga.lab.ops.OpsCommand;
import dev.saga.lab.tour.WatchItBreakCommand;
import dev.saga.lab.traces.TraceCommand;
import dev.saga.local.process.StartFailure;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of the lab, {@code ./saga}. */
@Command(
        name = "saga",
        description = "Runs the order saga on this machine: three services, a Kafka broker and a MariaDB, on loopback.",
        mixinStandardHelpOptions = true,
        version = "1.0",
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            TraceCommand.class,
            OpsCommand.class,
            InfraCommand.class,
            BenchCommand.class,
            ChaosCommand.class,
            WatchItBreakCommand.class,
            TestCommand.class
        })
public final class LabApplication {
    private LabApplication() {}

    /** Runs a command. Exit code 0: success; 1: a failure; 2: a wrong command line. */
    public static void main(String[] args) {
        if (Boolean.getBoolean("saga.maven")) {
            ProcessHandle.current().parent().ifPresent(LabApplication::endWith);
        }
        System.exit(run(args));
    }

    static int run(String... args) {
        return new CommandLine(new LabApplication())
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((failure, parsed) -> refused(failure))
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> failed(failure))
                .execute(args);
    }

    /** Ends the lab when the Maven process that started it ends. */
    private static void endWith(ProcessHandle maven) {
        Thread.ofPlatform().daemon().name("maven-watch").start(() -> {
            maven.onExit().join();
            System.exit(1);
        });
    }

    /** Prints one line with the mistake, then the help. */
    private static int refused(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(mistake(failure, command));
        command.usage(err);
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static String mistake(ParameterException failure, CommandLine command) {
        if (failure instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption()
                && !command.getSubcommands().isEmpty()) {
            return "Unknown command: '" + unmatched.getUnmatched().getFirst() + "'";
        }
        return String.valueOf(failure.getMessage());
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
