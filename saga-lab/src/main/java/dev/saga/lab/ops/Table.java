package dev.saga.lab.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Prints a JSON array of objects as an aligned table. */
final class Table {
    private static final int WIDEST = 60;

    private final List<String> fields;

    Table(List<String> fields) {
        this.fields = fields;
    }

    /** Returns the head and one line per object. */
    List<String> lines(JsonNode objects) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(fields);
        objects.forEach(object ->
                rows.add(fields.stream().map(field -> cell(object.path(field))).toList()));
        List<Integer> widths = IntStream.range(0, fields.size())
                .mapToObj(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toList();
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String cell(JsonNode value) {
        String text = value.isNull() || value.isMissingNode() ? "-" : value.asString();
        String oneLine = text.replaceAll("\\p{Cntrl}", " ");
        return oneLine.length() <= WIDEST ? oneLine : oneLine.substring(0, WIDEST - 1) + "…";
    }

    private static String line(List<String> row, List<Integer> widths) {
        return IntStream.range(0, row.size())
                .mapToObj(i -> i == row.size() - 1
                        ? row.get(i)
                        : row.get(i) + " ".repeat(widths.get(i) - row.get(i).length()))
                .collect(Collectors.joining("  "));
    }
}
