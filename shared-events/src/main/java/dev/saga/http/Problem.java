package dev.saga.http;

import java.net.URI;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** A refusal over HTTP: an RFC 9457 problem with a stable {@code type}, {@code urn:saga:problem:<slug>}. */
public final class Problem extends ErrorResponseException {
    private static final String TYPE = "urn:saga:problem:";
    private static final String RETRY_SECONDS = "1";

    private Problem(HttpStatus status, String slug, String detail, Map<String, Object> properties) {
        super(status, body(status, slug, detail, properties), null);
    }

    static ProblemDetail body(HttpStatus status, String slug, String detail, Map<String, Object> properties) {
        ProblemDetail body = ProblemDetail.forStatusAndDetail(status, detail);
        body.setType(URI.create(TYPE + slug));
        body.setTitle(status.getReasonPhrase());
        properties.forEach(body::setProperty);
        return body;
    }

    /** 400: a value is wrong; {@code field} says which. */
    public static Problem invalid(String field, String detail) {
        return new Problem(HttpStatus.BAD_REQUEST, "invalid-request", field + ": " + detail, Map.of("field", field));
    }

    /** 404. */
    public static Problem notFound(String what, String detail) {
        return new Problem(HttpStatus.NOT_FOUND, what + "-not-found", detail, Map.of());
    }

    /** 409. */
    public static Problem conflict(String slug, String detail) {
        return new Problem(HttpStatus.CONFLICT, slug, detail, Map.of());
    }

    /** 422. */
    public static Problem unprocessable(String slug, String detail) {
        return new Problem(HttpStatus.UNPROCESSABLE_CONTENT, slug, detail, Map.of());
    }

    /** 503 with {@code Retry-After}: nothing was stored, or the caller has to ask what was. */
    public static Problem busy(String slug, String detail) {
        var problem = new Problem(HttpStatus.SERVICE_UNAVAILABLE, slug, detail, Map.of());
        problem.getHeaders().set(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
        return problem;
    }

    /** Something is refused that would have to wait behind too much else. */
    public static Problem overCapacity() {
        return busy("over-capacity", "The service is at its capacity; nothing was stored. Try again.");
    }
}
