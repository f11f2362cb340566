package dev.saga.order.http;

import dev.saga.delivery.trace.Spans;
import dev.saga.delivery.work.Ids;
import dev.saga.event.TransactionId;
import dev.saga.events.value.UserId;
import dev.saga.order.OrderCommands;
import dev.saga.order.OrderWatch;
import dev.saga.order.domain.Order;
import dev.saga.order.intake.Submission;
import dev.saga.order.intake.SubmissionResult;
import dev.saga.order.intake.SubmitOrder;
import dev.saga.order.meter.OrderMetrics;
import dev.saga.order.store.OrderStore;
import dev.saga.web.Limits;
import dev.saga.web.problem.Problem;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Places, lists, returns and cancels the orders of a user. */
@RestController
@RequestMapping(path = "/{userId}/orders", produces = MediaType.APPLICATION_JSON_VALUE)
final class OrderController {
    private static final int MOST = 200;
    /** A page ends before the order that would exceed this; one order has at most 100 lines. */
    private static final int MOST_LINES = 1000;

    static final String KEY_HEADER = "Idempotency-Key";
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

    private final SubmitOrder submitOrder;
    private final OrderStore orders;
    private final OrderWatch watch;
    private final OrderCommands commands;
    private final OrderMetrics metrics;
    private final Ids ids;
    private final Spans spans;

    OrderController(
            SubmitOrder submitOrder,
            OrderStore orders,
            OrderWatch watch,
            OrderCommands commands,
            OrderMetrics metrics,
            Ids ids,
            Spans spans) {
        this.submitOrder = submitOrder;
        this.orders = orders;
        this.watch = watch;
        this.commands = commands;
        this.metrics = metrics;
        this.ids = ids;
        this.spans = spans;
    }

    @PostMapping
    Mono<ResponseEntity<OrderResource>> place(
            @PathVariable String userId,
            @RequestBody OrderRequest request,
            @RequestHeader(name = KEY_HEADER, required = false) @Nullable String key,
            @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer,
            @RequestHeader(name = "traceparent", required = false) @Nullable String traceparent,
            ServerHttpRequest http) {
        checkKey(key, http.getHeaders().getOrEmpty(KEY_HEADER).size());
        var submission = new Submission(
                new TransactionId(ids.next()),
                new UserId(userId),
                request.checkedLines(),
                request.token(),
                key,
                traceparent);
        Optional<Duration> waiting = Preferences.waiting(prefer);
        Instant start = spans.now();
        return submitOrder
                .submit(submission)
                .flatMap(placed -> response(placed, waiting).doFinally(end -> record(placed, traceparent, start)));
    }

    /** Records the request as the start of the saga's trace, if it has started a saga. */
    private void record(SubmissionResult placed, @Nullable String traceparent, Instant start) {
        if (placed instanceof SubmissionResult.Fresh(Order order)) {
            spans.requested("POST /{userId}/orders", order.id(), traceparent, start);
        }
    }

    private static void checkKey(@Nullable String key, int times) {
        if (times > 1) {
            throw Problem.invalid(KEY_HEADER, "is given " + times + " times");
        }
        if (key != null && !KEY.matcher(key).matches()) {
            throw Problem.invalid(KEY_HEADER, "must be 1 to 255 visible ASCII characters");
        }
    }

    private Mono<ResponseEntity<OrderResource>> response(SubmissionResult placed, Optional<Duration> waiting) {
        return switch (placed) {
            case SubmissionResult.Fresh fresh -> response(fresh.order(), HttpStatus.CREATED, waiting);
            case SubmissionResult.Replayed replayed -> response(replayed.order(), HttpStatus.OK, waiting);
            case SubmissionResult.KeyReused reused ->
                Mono.error(Problem.unprocessable(
                        "idempotency-key-reused", "This Idempotency-Key was used for another order."));
            case SubmissionResult.Gone gone ->
                Mono.error(Problem.gone(
                        "order-gone", "The order that this Idempotency-Key made was removed; use another key."));
            case SubmissionResult.OutOfStock lacking -> Mono.error(outOfStock(lacking));
        };
    }

    private Problem outOfStock(SubmissionResult.OutOfStock lacking) {
        metrics.refusedEarly();
        return Problem.conflict(
                "out-of-stock",
                "There are not enough units of product " + lacking.productId() + "; nothing was stored.");
    }

    private Mono<ResponseEntity<OrderResource>> response(Order order, HttpStatus status, Optional<Duration> waiting) {
        ResponseEntity.BodyBuilder builder = ResponseEntity.status(status).location(location(order));
        if (status == HttpStatus.OK) {
            builder.header("Idempotency-Replayed", "true");
        }
        waiting.ifPresent(wait -> builder.header("Preference-Applied", "wait=" + wait.toSeconds()));
        return waiting.map(wait -> watch.awaitFinal(order, wait))
                .orElse(Mono.just(order))
                .map(seen -> builder.body(OrderResource.of(seen)));
    }

    private static URI location(Order order) {
        return URI.create("/" + order.userId() + "/orders/" + order.id());
    }

    @GetMapping
    Mono<OrderResource.Page> list(
            @PathVariable String userId,
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam(required = false) @Nullable String after) {
        TransactionId last = after == null ? null : TransactionId.of(after);
        return orders.page(new UserId(userId), last, Limits.page(limit, MOST))
                .collectList()
                .map(page -> OrderResource.Page.of(page, limit, MOST_LINES));
    }

    @GetMapping("/{orderId}")
    Mono<OrderResource> get(@PathVariable String userId, @PathVariable String orderId) {
        return orders.find(new UserId(userId), TransactionId.of(orderId))
                .map(OrderResource::of)
                .switchIfEmpty(Mono.error(() -> unknown(orderId)));
    }

    @PostMapping("/{orderId}/cancel")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Mono<OrderResource> cancel(@PathVariable String userId, @PathVariable String orderId) {
        return commands.cancel(new UserId(userId), TransactionId.of(orderId))
                .switchIfEmpty(Mono.error(() -> unknown(orderId)))
                .map(cancelled -> OrderResource.of(cancelled.orElseThrow(() -> Problem.conflict(
                        "order-not-cancellable", "The order was cancelled for another reason already."))));
    }

    static Problem unknown(String orderId) {
        return Problem.notFound("order", "There is no order " + orderId + " of this user.");
    }
}
