package dev.saga.delivery.trace;

import dev.saga.delivery.trace.FinishedSpan.Kind;
import dev.saga.delivery.wire.EventHead;
import dev.saga.event.Envelope;
import dev.saga.event.TransactionId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Records the spans of sagas. A span is recorded when it is over, from what the event itself says; nothing is carried
 * along in threads or reactive contexts. Without a collector, only the contexts of events are computed.
 */
public final class Spans {
    private final String source;
    private final double sampling;
    private final Clock clock;
    private final @Nullable SpanExport export;

    /**
     * @param source the service, as in its events: {@code /name}
     * @param sampling share of the new traces that are recorded, 0 to 1
     * @param export null if no spans are recorded
     */
    Spans(String source, double sampling, Clock clock, @Nullable SpanExport export) {
        this.source = source;
        this.sampling = sampling;
        this.clock = clock;
        this.export = export;
    }

    /** Returns an instance that records nothing. */
    public static Spans none() {
        return new Spans("", 1, Clock.systemUTC(), null);
    }

    /**
     * Returns the attribute {@code traceparent} of an event.
     *
     * @param parent the trace context that it continues; without a valid one, the event starts the saga's own trace
     */
    public String next(@Nullable String parent, TransactionId saga, UUID eventId) {
        return continued(parent, saga).with(TraceContext.ofEvent(eventId)).text();
    }

    private TraceContext continued(@Nullable String parent, TransactionId saga) {
        TraceContext known = TraceContext.parse(parent);
        return known == null ? TraceContext.start(saga, isSampled(saga)) : known;
    }

    /** Decides from the random bits of the saga's id, so that every instance decides the same. */
    private boolean isSampled(TransactionId saga) {
        int random = (int) saga.value().getLeastSignificantBits();
        return Integer.toUnsignedLong(random) < sampling * (1L << Integer.SIZE);
    }

    /**
     * Records the request that started a saga.
     *
     * @param parent the caller's trace context; null if there is none
     * @param name for instance {@code POST /{userId}/orders}
     */
    public void requested(String name, TransactionId saga, @Nullable String parent, Instant start) {
        TraceContext caller = TraceContext.parse(parent);
        TraceContext context = continued(parent, saga).with(TraceContext.root(saga));
        record(new FinishedSpan(
                Kind.SERVER,
                name,
                context,
                caller == null ? null : caller.spanId(),
                null,
                start,
                clock.instant(),
                Map.of("saga.transaction_id", saga.text()),
                null));
    }

    /** Records that Kafka has acknowledged an event. The span begins when the event was decided. */
    public void published(String topic, byte[] event) {
        EventHead head = export == null ? null : EventHead.of(event);
        TraceContext context = head == null ? null : TraceContext.parse(head.traceparent());
        if (head == null || context == null || !context.isRecorded()) {
            return;
        }
        UUID cause = head.causationId();
        record(new FinishedSpan(
                Kind.PRODUCER,
                "publish " + head.type(),
                context,
                cause == null ? TraceContext.root(head.saga()) : TraceContext.ofHandling(cause, source),
                null,
                head.time(),
                clock.instant(),
                Map.of(
                        "messaging.system",
                        "kafka",
                        "messaging.destination.name",
                        topic,
                        "messaging.operation.type",
                        "send",
                        "messaging.message.id",
                        head.id(),
                        "saga.transaction_id",
                        head.saga().text()),
                null));
    }

    /** Returns the present if spans are recorded; otherwise any time. */
    public Instant now() {
        return export == null ? Instant.EPOCH : clock.instant();
    }

    /** Records that a transaction that handled these events has committed. All spans but the first link to the first. */
    public void handled(List<Envelope> events, Instant start) {
        if (export == null) {
            return;
        }
        TraceContext first = null;
        for (Envelope event : events) {
            TraceContext published = TraceContext.parse(event.traceparent());
            if (published != null && published.isRecorded()) {
                TraceContext context = published.with(TraceContext.ofHandling(event.id(), source));
                record(handling(event, context, published.spanId(), first, events.size(), start));
                first = first == null ? context : first;
            }
        }
    }

    private FinishedSpan handling(
            Envelope event,
            TraceContext context,
            String parent,
            @Nullable TraceContext link,
            int batch,
            Instant start) {
        return new FinishedSpan(
                Kind.CONSUMER,
                "handle " + event.event().type().name(),
                context,
                parent,
                link,
                start,
                clock.instant(),
                Map.of(
                        "messaging.system",
                        "kafka",
                        "messaging.operation.type",
                        "process",
                        "messaging.batch.message_count",
                        Integer.toString(batch),
                        "messaging.message.id",
                        event.id().toString(),
                        "saga.transaction_id",
                        event.transactionId().text()),
                null);
    }

    /** Records that an event was parked. */
    public void parked(byte[] event, String reason) {
        EventHead head = export == null ? null : EventHead.of(event);
        TraceContext context = head == null ? null : TraceContext.parse(head.traceparent());
        if (head == null || context == null || !context.isRecorded()) {
            return;
        }
        record(new FinishedSpan(
                Kind.CONSUMER,
                "park " + head.type(),
                context.with(TraceContext.random()),
                context.spanId(),
                null,
                now(),
                now(),
                Map.of(
                        "messaging.message.id",
                        head.id(),
                        "saga.transaction_id",
                        head.saga().text()),
                reason));
    }

    /**
     * Records a call of another system that an event caused.
     *
     * @param traceparent the event's context
     * @param result a word for the result
     * @param failure the reason if the call failed; null if it did not
     */
    public void called(
            String name,
            TransactionId saga,
            UUID cause,
            @Nullable String traceparent,
            String result,
            @Nullable String failure,
            Instant start) {
        TraceContext event = export == null ? null : TraceContext.parse(traceparent);
        if (event != null) {
            record(new FinishedSpan(
                    Kind.CLIENT,
                    name,
                    event.with(TraceContext.random()),
                    TraceContext.ofHandling(cause, source),
                    null,
                    start,
                    clock.instant(),
                    Map.of("saga.result", result, "saga.transaction_id", saga.text()),
                    failure));
        }
    }

    private void record(FinishedSpan span) {
        if (export != null && span.context().isRecorded()) {
            export.add(span);
        }
    }
}
