package dev.saga.lab.cli;

import dev.saga.local.process.StartFailure;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code test}: prints its help only. The script runs Maven itself, because a build replaces the jar of this class. */
@Command(name = "test", description = "Runs all tests: ./mvnw verify.", mixinStandardHelpOptions = true)
final class TestCommand implements Callable<Integer> {
    @Option(names = "--fast", description = "Run only the pure tests, which start no process: ./mvnw test.")
    private boolean fast;

    @Parameters(arity = "0..*", paramLabel = "MAVEN", description = "Additional arguments for Maven.")
    private List<String> maven = List.of();

    @Override
    public Integer call() {
        List<String> arguments = Stream.concat(fast ? Stream.of("--fast") : Stream.of(), maven.stream())
                .toList();
        throw new StartFailure("Start the script ./saga test, not its jar; with " + arguments + ".");
    }
}
