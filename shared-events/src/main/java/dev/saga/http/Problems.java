package dev.saga.http;

import dev.saga.delivery.FailurePolicy;
import dev.saga.delivery.OverCapacity;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.codec.DecodingException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebInputException;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

/** Every error as {@code application/problem+json}: with a stable type, a sentence for a person, and no stack trace. */
@RestControllerAdvice
final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    /** Refusals of this project. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> refused(Problem problem) {
        return answer(problem.getStatusCode(), problem.getHeaders(), problem.getBody());
    }

    /** Values refused by a domain type. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> invalid(IllegalArgumentException e) {
        return answer(HttpStatus.BAD_REQUEST, "invalid-request", String.valueOf(e.getMessage()));
    }

    /** Bodies and parameters that cannot be read. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> unreadable(ServerWebInputException e) {
        String detail = hasCause(e, DecodingException.class) ? jsonError(e) : String.valueOf(e.getReason());
        return answer(HttpStatus.BAD_REQUEST, "invalid-request", detail);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> full(OverCapacity e) {
        return refused(Problem.overCapacity());
    }

    /** A client that hung up: there is nobody to answer. */
    @ExceptionHandler
    Mono<Void> gone(AbortedException e) {
        return Mono.empty();
    }

    /** What Spring itself refuses: unknown paths, methods, media types. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> other(Exception e, ServerWebExchange exchange) {
        if (e instanceof ErrorResponse response) {
            HttpStatus status = HttpStatus.valueOf(response.getStatusCode().value());
            ProblemDetail body = Problem.body(
                    status, slug(status), String.valueOf(response.getBody().getDetail()), Map.of());
            return answer(status, response.getHeaders(), body);
        }
        if (FailurePolicy.isTransient(e)) {
            LOG.warn(
                    "request failed path={} reason=\"{}\"",
                    exchange.getRequest().getPath(),
                    e.toString());
            return refused(
                    Problem.busy("unavailable", "The database does not answer; ask again whether it was stored."));
        }
        LOG.error("request failed path={}", exchange.getRequest().getPath(), e);
        return answer(
                HttpStatus.INTERNAL_SERVER_ERROR, "internal", "Something went wrong; it is in the service's log.");
    }

    private static String slug(HttpStatus status) {
        return status.getReasonPhrase().toLowerCase(java.util.Locale.ROOT).replace(' ', '-');
    }

    private static String jsonError(Throwable e) {
        Throwable root = e;
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        String message = String.valueOf(root.getMessage());
        return "The body is not what this call takes: "
                + message.lines().findFirst().orElse("");
    }

    private static boolean hasCause(Throwable e, Class<? extends Throwable> type) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private static ResponseEntity<ProblemDetail> answer(HttpStatus status, String slug, String detail) {
        return answer(status, HttpHeaders.EMPTY, Problem.body(status, slug, detail, Map.of()));
    }

    private static ResponseEntity<ProblemDetail> answer(
            HttpStatusCode status, HttpHeaders headers, ProblemDetail body) {
        return ResponseEntity.status(status)
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(body);
    }
}
