package dev.saga.delivery.meter;

import dev.saga.delivery.instance.DeliveryMetrics;
import dev.saga.delivery.instance.DeliveryMetrics.Unresolved;
import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.sql.Sql;
import io.r2dbc.spi.Row;
import java.util.List;
import reactor.core.publisher.Mono;

/** Counts the unresolved dead letters of this service's database, at most 10,000, for the meters. */
public final class UnresolvedLetters {
    private static final int MOST = 10_000;

    private final Sql sql;
    private final String topicPrefix;
    private final DeliveryMetrics metrics;

    public UnresolvedLetters(Sql sql, DeliveryProperties properties, DeliveryMetrics metrics) {
        this.sql = sql;
        this.topicPrefix = properties.topicPrefix();
        this.metrics = metrics;
    }

    public Mono<Void> look() {
        return sql.rows(
                        "SELECT topic, kind, COUNT(*) AS letters FROM (SELECT topic, kind FROM dead_letter"
                                + " WHERE resolved_at IS NULL LIMIT ?) AS unresolved GROUP BY topic, kind",
                        List.of(MOST),
                        this::unresolved)
                .collectList()
                .doOnNext(metrics::deadLetters)
                .then();
    }

    private Unresolved unresolved(Row row) {
        String topic = Sql.get(row, "topic", String.class);
        return new Unresolved(
                topic.startsWith(topicPrefix) ? topic.substring(topicPrefix.length()) : topic,
                Sql.get(row, "kind", String.class),
                Sql.get(row, "letters", Long.class));
    }
}
