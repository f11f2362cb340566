package dev.saga.lab.traces;

import dev.saga.lab.stack.LabOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trace}: prints the spans of one saga. */
@Command(
        name = "trace",
        description = "Prints the trace of one saga as a tree, from the file that up --traces writes.",
        mixinStandardHelpOptions = true)
public final class TraceCommand implements Callable<Integer> {
    @Parameters(paramLabel = "TRANSACTION_ID", description = "The order's id.")
    private String transactionId = "";

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description = "The file (default: " + DEFAULT + " in the folder of up's data).")
    private @Nullable Path from;

    /** Name of the file in the folder of the lab's data. */
    public static final String DEFAULT = "traces.jsonl";

    /** Returns the file that is used if none is given. */
    public static Path defaultFile() {
        return new LabOptions().folder().resolve(DEFAULT);
    }

    @Override
    public Integer call() {
        Path file = from == null ? defaultFile() : from;
        List<RecordedSpan> spans = TraceFile.spansOf(transactionId, file);
        if (spans.isEmpty()) {
            System.err.println("There is no span of saga " + transactionId + " in " + file
                    + ". Services export once per second, and only sampled sagas.");
            return 1;
        }
        TraceTree.lines(spans).forEach(System.out::println);
        return 0;
    }
}
