package dev.saga.order.http;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.saga.delivery.log.EventLog;
import dev.saga.event.TransactionId;
import dev.saga.events.value.UserId;
import dev.saga.order.domain.Order;
import dev.saga.order.store.OrderStore;
import dev.saga.web.stream.Streams;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The timeline of an order: every event that order-svc published or consumed, oldest first. */
@RestController
@RequestMapping(path = "/{userId}/orders/{orderId}/timeline", produces = MediaType.APPLICATION_JSON_VALUE)
final class TimelineController {
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration LONG_PAUSE = Duration.ofMillis(250);
    private static final int SHORT_PAUSES = 200;

    private final OrderStore orders;
    private final EventLog log;
    private final Streams streams;

    TimelineController(OrderStore orders, EventLog log, Streams streams) {
        this.orders = orders;
        this.log = log;
        this.streams = streams;
    }

    record Entry(
            Instant time,
            String type,
            String source,
            UUID eventId,
            @Nullable UUID causationId,
            String detail,
            @JsonRawValue @Schema(type = "object") @Nullable String data) {
        static Entry of(EventLog.Entry event) {
            return new Entry(
                    event.time(),
                    event.type().name(),
                    event.source(),
                    event.eventId(),
                    event.causationId(),
                    event.detail(),
                    event.data());
        }
    }

    @GetMapping
    Mono<List<Entry>> timeline(@PathVariable String userId, @PathVariable String orderId) {
        return order(userId, orderId).flatMap(order -> entries(order.id()));
    }

    /**
     * Streams the timeline. The stream ends with the order, or after the lifetime of streams. It reads the database
     * every 50 ms, after 200 reads every 250 ms, and at once when this instance handles an event of the order. So any
     * instance can serve it.
     *
     * @param last the id of the event after which to continue; ignored if it is not an event of this order
     * @return 204 if the order is final and {@code last} was its last event
     */
    @GetMapping(produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Mono<ResponseEntity<Flux<ServerSentEvent<Entry>>>> live(
            @PathVariable String userId,
            @PathVariable String orderId,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String last,
            ServerWebExchange exchange) {
        return order(userId, orderId)
                .flatMap(order -> last == null ? Mono.just(Look.NONE) : look(order.id(), 0))
                .map(look -> {
                    TransactionId id = TransactionId.of(orderId);
                    Set<String> sent = look.upTo(last);
                    return look.isLast && sent.size() == look.entries.size()
                            ? ResponseEntity.noContent().build()
                            : ResponseEntity.ok(streams.of(exchange, userId, live(id, sent)));
                });
    }

    private Flux<ServerSentEvent<Entry>> live(TransactionId id, Set<String> sent) {
        return look(id, 0)
                .expand(look -> look.isLast ? Mono.empty() : look.pause().then(look(id, look.round + 1)))
                .concatMapIterable(Look::entries)
                .filter(entry -> sent.add(entry.eventId().toString()))
                .map(entry -> ServerSentEvent.builder(entry)
                        .id(entry.eventId().toString())
                        .event(entry.type())
                        .build());
    }

    private Mono<Look> look(TransactionId id, int round) {
        return Mono.defer(() -> {
            Mono<Void> change = log.news(id);
            return orders.find(id)
                    .flatMap(order -> entries(id)
                            .map(entries -> new Look(round, order.status().isFinal(), entries, change)));
        });
    }

    private record Look(int round, boolean isLast, List<Entry> entries, Mono<Void> change) {
        static final Look NONE = new Look(0, false, List.of(), Mono.empty());

        /** Returns the ids of the events up to {@code last}, oldest first; none if {@code last} is not among them. */
        Set<String> upTo(@Nullable String last) {
            Set<String> ids = new LinkedHashSet<>();
            for (Entry entry : entries) {
                ids.add(entry.eventId().toString());
                if (entry.eventId().toString().equals(last)) {
                    return ids;
                }
            }
            return new LinkedHashSet<>();
        }

        /** Waits for a change or a pause. Most sagas end within seconds; a longer one is read less often. */
        Mono<Void> pause() {
            return Mono.firstWithSignal(
                    change,
                    Mono.delay(round < SHORT_PAUSES ? PAUSE : LONG_PAUSE).then());
        }
    }

    private Mono<List<Entry>> entries(TransactionId id) {
        return log.of(id).map(Entry::of).collectList();
    }

    private Mono<Order> order(String userId, String orderId) {
        return orders.find(new UserId(userId), TransactionId.of(orderId))
                .switchIfEmpty(Mono.error(() -> OrderController.unknown(orderId)));
    }
}
