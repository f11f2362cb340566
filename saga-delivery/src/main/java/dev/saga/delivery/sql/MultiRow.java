package dev.saga.delivery.sql;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement over many rows, {@code head (?,?),(?,?) tail}.
 *
 * @param tuple the tuple of one row, for instance {@code (?,?,NULL)}
 */
record MultiRow(String head, String tuple, List<@Nullable Object[]> rows, String tail) {
    String text() {
        var text = new StringBuilder(head.length() + rows.size() * (tuple.length() + 1) + tail.length() + 2);
        text.append(head).append(' ');
        for (int i = 0; i < rows.size(); i++) {
            text.append(i == 0 ? "" : ",").append(tuple);
        }
        return text.append(' ').append(tail).toString();
    }

    List<@Nullable Object> values() {
        return rows.stream().<@Nullable Object>flatMap(Arrays::stream).toList();
    }
}
