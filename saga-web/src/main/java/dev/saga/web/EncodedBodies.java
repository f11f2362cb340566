package dev.saga.web;

import dev.saga.web.problem.Problem;
import dev.saga.web.problem.Problems;
import java.util.List;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Refuses compressed bodies with 415 and {@code Accept-Encoding: identity}, as in RFC 9110 section 12.5.3. */
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class EncodedBodies implements WebFilter {
    private final Problems problems;

    EncodedBodies(Problems problems) {
        this.problems = problems;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        List<String> encodings = exchange.getRequest().getHeaders().getOrEmpty(HttpHeaders.CONTENT_ENCODING);
        return encodings.stream().allMatch(EncodedBodies::isPlain)
                ? chain.filter(exchange)
                : problems.answer(exchange, Problem.encoded());
    }

    private static boolean isPlain(String encoding) {
        return encoding.isBlank() || encoding.strip().equalsIgnoreCase("identity");
    }
}
