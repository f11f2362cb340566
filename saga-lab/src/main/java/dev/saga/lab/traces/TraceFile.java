package dev.saga.lab.traces;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** A file of spans, one per line, at most 1 GiB. Spans after that are left out. */
public final class TraceFile implements AutoCloseable {
    private static final long MOST = 1L << 30;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final BufferedWriter out;
    private long written;

    private TraceFile(BufferedWriter out) {
        this.out = out;
    }

    /** Creates the file; replaces an older one. */
    static TraceFile create(Path file) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            Files.createDirectories(folder == null ? Path.of(".") : folder);
            return new TraceFile(Files.newBufferedWriter(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    synchronized void add(List<RecordedSpan> spans) throws IOException {
        for (RecordedSpan span : spans) {
            String line = JSON.writeValueAsString(span) + "\n";
            written += line.getBytes(StandardCharsets.UTF_8).length;
            if (written > MOST) {
                break;
            }
            out.write(line);
        }
        out.flush();
    }

    @Override
    public synchronized void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads the spans of one saga. A span that was exported twice, because its service sent the event again after a
     * crash, is returned once.
     *
     * @throws UncheckedIOException if the file cannot be read
     */
    public static List<RecordedSpan> spansOf(String transactionId, Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            Map<String, RecordedSpan> spans = new LinkedHashMap<>();
            lines.filter(line -> line.endsWith("}") && line.contains(transactionId))
                    .map(line -> JSON.readValue(line, RecordedSpan.class))
                    .filter(span -> span.isOf(transactionId))
                    .forEach(span -> spans.putIfAbsent(span.spanId(), span));
            return List.copyOf(spans.values());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
