package dev.saga.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CommittedRowsTest {
    private final CommittedRows committedRows = new CommittedRows();

    private static List<OutboxBatch> rows(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(id -> new OutboxBatch(id, 0, List.of()))
                .toList();
    }

    @Test
    void returnsARowOnce() {
        committedRows.add(rows(1, 3));
        assertThat(committedRows.take(List.of(2L, 9L))).containsOnlyKeys(2L);
        assertThat(committedRows.take(List.of(1L, 2L, 3L))).containsOnlyKeys(1L, 3L);
    }

    @Test
    void forgetsOldRowsAndKeepsNewOnes() {
        committedRows.add(rows(1, 64));
        committedRows.add(rows(65, 66));
        assertThat(committedRows.take(LongStream.rangeClosed(1, 66).boxed().toList()))
                .containsOnlyKeys(65L, 66L);
    }

    @Test
    void signalsSubscribersThatListenedBefore() {
        var rung = committedRows.listen().toFuture();
        assertThat(rung).isNotDone();
        committedRows.add(rows(1, 1));
        assertThat(rung).isDone();
    }
}
