package dev.saga.order.http;

import dev.saga.delivery.audit.Operator;
import dev.saga.event.TransactionId;
import dev.saga.order.OrderCommands;
import dev.saga.order.domain.Order;
import dev.saga.order.domain.OrderStatus;
import dev.saga.order.store.OrderStore;
import dev.saga.web.Limits;
import dev.saga.web.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
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

/** Finds any saga, lists and nudges those that are not final, and cancels any, for operators. */
@RestController
@RequestMapping(path = "/sagas", produces = MediaType.APPLICATION_JSON_VALUE)
final class SagaController {
    private static final int MOST = 200;
    private static final Duration OLDEST = Duration.ofDays(3650);

    private final OrderStore orders;
    private final OrderCommands commands;

    SagaController(OrderStore orders, OrderCommands commands) {
        this.orders = orders;
        this.commands = commands;
    }

    record Saga(
            String transactionId,
            String userId,
            String status,
            @Nullable String cancelReason,
            int nudges,
            Instant createdAt,
            Instant updatedAt) {
        static Saga of(Order order) {
            return new Saga(
                    order.id().text(),
                    order.userId().text(),
                    order.status().name(),
                    order.cancelReason() == null ? null : order.cancelReason().name(),
                    order.progress().nudges(),
                    order.createdAt(),
                    order.updatedAt());
        }
    }

    @GetMapping
    Mono<List<Saga>> list(
            @RequestParam(defaultValue = "PENDING") OrderStatus status,
            @RequestParam(defaultValue = "PT0S") Duration olderThan,
            @RequestParam(defaultValue = "50") int limit) {
        if (status.isFinal()) {
            throw Problem.invalid("status", "must be PENDING or CANCELLING");
        }
        if (olderThan.isNegative() || olderThan.compareTo(OLDEST) > 0) {
            throw Problem.invalid("olderThan", "must be PT0S to " + OLDEST);
        }
        return orders.open(status, olderThan, Limits.page(limit, MOST))
                .map(Saga::of)
                .collectList();
    }

    @GetMapping("/{transactionId}")
    Mono<Saga> get(@PathVariable String transactionId) {
        return orders.find(TransactionId.of(transactionId))
                .map(Saga::of)
                .switchIfEmpty(Mono.error(() -> unknown(transactionId)));
    }

    @PostMapping("/{transactionId}/nudge")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Mono<Saga> nudge(@PathVariable String transactionId) {
        return commands.nudge(TransactionId.of(transactionId))
                .switchIfEmpty(Mono.error(() -> unknown(transactionId)))
                .map(nudged -> Saga.of(nudged.orElseThrow(
                        () -> Problem.conflict("saga-final", "The saga is final: there is nothing to nudge."))));
    }

    /** @param reason why the order is cancelled, 1 to 500 characters; instead of the header {@code X-Reason} */
    record Cancel(@Nullable String reason) {}

    @PostMapping("/{transactionId}/cancel")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Mono<Saga> cancel(
            @PathVariable String transactionId,
            @RequestBody(required = false) @Nullable Cancel request,
            @RequestHeader(name = "X-Reason", required = false) @Nullable String header) {
        String reason = request == null || request.reason() == null ? header : request.reason();
        if (reason == null || reason.isBlank() || reason.length() > Operator.LONGEST_REASON) {
            throw Problem.invalid("reason", "must have 1 to " + Operator.LONGEST_REASON + " characters");
        }
        return commands.cancel(TransactionId.of(transactionId))
                .contextWrite(context -> Operator.withReason(context, reason))
                .switchIfEmpty(Mono.error(() -> unknown(transactionId)))
                .map(cancelled -> Saga.of(cancelled.orElseThrow(() -> Problem.conflict(
                        "order-not-cancellable", "The order was cancelled for another reason already."))));
    }

    private static Problem unknown(String transactionId) {
        return Problem.notFound("saga", "There is no saga " + transactionId + ".");
    }
}
