package dev.saga.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CommittedRowsTest {
    private final CommittedRows news = new CommittedRows();

    private static List<OutboxBatch> rows(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(id -> new OutboxBatch(id, List.of()))
                .toList();
    }

    @Test
    void tellsOfARowOnce() {
        news.stored(rows(1, 3));
        assertThat(news.take(List.of(2L, 9L))).containsOnlyKeys(2L);
        assertThat(news.take(List.of(1L, 2L, 3L))).containsOnlyKeys(1L, 3L);
    }

    @Test
    void forgetsWhatNobodyTakesAndKeepsWhatIsNew() {
        news.stored(rows(1, 64));
        news.stored(rows(65, 66));
        assertThat(news.take(LongStream.rangeClosed(1, 66).boxed().toList())).containsOnlyKeys(65L, 66L);
    }

    @Test
    void ringsForWhoeverListensBeforeItLooks() {
        var rung = news.listen().toFuture();
        assertThat(rung).isNotDone();
        news.stored(rows(1, 1));
        assertThat(rung).isDone();
    }
}
