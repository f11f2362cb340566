package dev.saga.delivery.http;

import dev.saga.delivery.audit.Operator;
import dev.saga.web.Caller;
import dev.saga.web.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Passes the caller of a command, and the reason in the header {@code X-Reason}, to the audit. */
@Order(Ordered.LOWEST_PRECEDENCE - 1)
final class OperatorContext implements WebFilter {
    static final String REASON = "X-Reason";

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (DetachedCommands.isReading(exchange)) {
            return chain.filter(exchange);
        }
        return Caller.of(exchange).flatMap(subject -> {
            var operator = new Operator(
                    subject, reason(exchange.getRequest().getHeaders().getOrEmpty(REASON)));
            return chain.filter(exchange).contextWrite(operator::addTo);
        });
    }

    private static @Nullable String reason(List<String> given) {
        if (given.size() > 1) {
            throw Problem.invalid(REASON, "is given " + given.size() + " times");
        }
        String reason = given.isEmpty() ? "" : given.getFirst().strip();
        if (reason.length() > Operator.LONGEST_REASON) {
            throw Problem.invalid(REASON, "has more than " + Operator.LONGEST_REASON + " characters");
        }
        return reason.isEmpty() ? null : reason;
    }
}
