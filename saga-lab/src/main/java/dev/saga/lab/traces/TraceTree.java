package dev.saga.lab.traces;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** The spans of one saga as a tree, for people: times in milliseconds since the first span. */
public final class TraceTree {
    private static final Comparator<RecordedSpan> OLDEST_FIRST =
            Comparator.comparingLong(RecordedSpan::start).thenComparing(RecordedSpan::spanId);
    private static final double NANOS_PER_MILLI = 1e6;

    private final List<RecordedSpan> roots;
    private final Map<String, List<RecordedSpan>> children;
    private final long begin;
    private final long end;
    private final List<String> lines = new ArrayList<>();

    private TraceTree(List<RecordedSpan> spans) {
        Set<String> ids = spans.stream().map(RecordedSpan::spanId).collect(Collectors.toSet());
        List<RecordedSpan> sorted = spans.stream().sorted(OLDEST_FIRST).toList();
        roots = sorted.stream()
                .filter(span -> span.parentId() == null || !ids.contains(span.parentId()))
                .toList();
        children = sorted.stream()
                .filter(span -> !roots.contains(span))
                .collect(Collectors.groupingBy(span -> Objects.requireNonNull(span.parentId())));
        begin = sorted.getFirst().start();
        end = spans.stream().mapToLong(RecordedSpan::end).max().orElse(begin);
    }

    /**
     * Returns the lines to print. A span whose parent was not recorded begins a tree of its own.
     *
     * @param spans at least one
     */
    public static List<String> lines(List<RecordedSpan> spans) {
        return new TraceTree(spans).print(spans.size());
    }

    private List<String> print(int spans) {
        lines.add(String.format(
                Locale.ROOT,
                "Trace %s: %d spans, %.1f ms",
                roots.getFirst().traceId(),
                spans,
                (end - begin) / NANOS_PER_MILLI));
        lines.add(String.format("%10s %9s  %-14s %s", "start ms", "took ms", "service", "span"));
        roots.forEach(root -> print(root, "", ""));
        return lines;
    }

    private void print(RecordedSpan span, String head, String tail) {
        lines.add(String.format(
                Locale.ROOT,
                "%10.1f %9.1f  %-14s %s%s",
                (span.start() - begin) / NANOS_PER_MILLI,
                (span.end() - span.start()) / NANOS_PER_MILLI,
                span.service(),
                head,
                span.text()));
        List<RecordedSpan> below = children.getOrDefault(span.spanId(), List.of());
        for (int i = 0; i < below.size(); i++) {
            boolean last = i == below.size() - 1;
            print(below.get(i), tail + (last ? "└─ " : "├─ "), tail + (last ? "   " : "│  "));
        }
    }
}
