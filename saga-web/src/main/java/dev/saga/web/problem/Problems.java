package dev.saga.web.problem;

import dev.saga.web.meter.WebMetrics;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.codec.DecodingException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.ErrorResponse;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.resource.NoResourceFoundException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebInputException;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes every error as {@code application/problem+json}: with a stable type, a readable sentence, and no stack trace.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class Problems implements WebExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private final List<ProblemSource> sources;
    private final JsonMapper json;
    private final WebMetrics metrics;

    public Problems(List<ProblemSource> sources, JsonMapper json, WebMetrics metrics) {
        this.sources = sources;
        this.json = json;
        this.metrics = metrics;
    }

    /**
     * Responds to a failure of a controller or a filter. If the caller has closed the connection or the response has
     * begun, the failure is passed on.
     */
    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        boolean cannotRespond =
                failure instanceof AbortedException || exchange.getResponse().isCommitted();
        return cannotRespond ? Mono.error(failure) : answer(exchange, of(failure, exchange));
    }

    /** Writes a problem as the response. */
    public Mono<Void> answer(ServerWebExchange exchange, Problem problem) {
        metrics.answered(problem.getStatusCode().value(), problem.slug());
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(problem.getStatusCode());
        response.getHeaders().putAll(problem.getHeaders());
        response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        byte[] body = json.writeValueAsBytes(problem.getBody());
        response.getHeaders().setContentLength(body.length);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }

    private Problem of(Throwable failure, ServerWebExchange exchange) {
        return switch (failure) {
            case Problem problem -> problem;
            case IllegalArgumentException refusedByADomainType ->
                Problem.unreadable(String.valueOf(failure.getMessage()));
            case ServerWebInputException input -> Problem.unreadable(inputError(input));
            case NoResourceFoundException nothing -> Problem.nothing();
            case ErrorResponse refusal -> Problem.of(refusal);
            default -> ofSources(failure, exchange);
        };
    }

    private Problem ofSources(Throwable failure, ServerWebExchange exchange) {
        return sources.stream()
                .map(source -> source.of(failure))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseGet(() -> fault(failure, exchange));
    }

    private static Problem fault(Throwable failure, ServerWebExchange exchange) {
        LOG.error("request failed route={}", route(exchange), bare(failure));
        return Problem.internal();
    }

    /** Returns the failure without what Reactor adds to it: the paths of a request, which contain users. */
    private static Throwable bare(Throwable failure) {
        var bare = new IllegalStateException(failure.toString());
        bare.setStackTrace(failure.getStackTrace());
        return bare;
    }

    /** Returns the route, not the path, because a path contains a user. */
    private static Object route(ServerWebExchange exchange) {
        return exchange.getAttributeOrDefault(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE, "none");
    }

    private static String inputError(ServerWebInputException input) {
        for (Throwable cause = input.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof JacksonException json) {
                return BodyErrors.sentence(json);
            }
        }
        return input.getCause() instanceof DecodingException
                ? "This call takes a JSON body."
                : String.valueOf(input.getReason());
    }
}
