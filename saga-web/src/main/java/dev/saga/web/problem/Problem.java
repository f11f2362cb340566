package dev.saga.web.problem;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponse;
import org.springframework.web.ErrorResponseException;

/** A refusal over HTTP: an RFC 9457 problem with a stable {@code type}, {@code urn:saga:problem:<slug>}. */
public final class Problem extends ErrorResponseException {
    static final String TYPE = "urn:saga:problem:";
    private static final String RETRY_SECONDS = "1";

    private Problem(HttpStatus status, String slug, String detail, Map<String, Object> properties) {
        super(status, body(status, slug, detail, properties), null);
    }

    private static ProblemDetail body(HttpStatus status, String slug, String detail, Map<String, Object> properties) {
        ProblemDetail body = ProblemDetail.forStatusAndDetail(status, Plain.text(detail));
        body.setType(URI.create(TYPE + slug));
        body.setTitle(status.getReasonPhrase());
        properties.forEach(body::setProperty);
        return body;
    }

    /** Returns 400: a value is wrong. {@code field} names it. */
    public static Problem invalid(String field, String detail) {
        return new Problem(HttpStatus.BAD_REQUEST, "invalid-request", field + ": " + detail, Map.of("field", field));
    }

    /** Returns a problem for a refusal by Spring itself, with its status: unknown paths, methods, media types. */
    static Problem of(ErrorResponse refusal) {
        HttpStatus status = HttpStatus.valueOf(refusal.getStatusCode().value());
        String slug = slug(status.getReasonPhrase());
        String detail = refusal.getBody().getDetail();
        return new Problem(status, slug, detail == null ? status.getReasonPhrase() + "." : detail, Map.of())
                .with(refusal.getHeaders());
    }

    /** Returns the end of the problem's type. */
    public String slug() {
        return String.valueOf(getBody().getType()).substring(TYPE.length());
    }

    static String slug(String reasonPhrase) {
        return reasonPhrase.toLowerCase(Locale.ROOT).replace(' ', '-');
    }

    /** Returns 400: the request as a whole is wrong. */
    static Problem unreadable(String detail) {
        return new Problem(HttpStatus.BAD_REQUEST, "invalid-request", detail, Map.of());
    }

    /** Returns 401: there is no token, or it is not valid. */
    public static Problem unauthorized(String detail) {
        var problem = new Problem(HttpStatus.UNAUTHORIZED, "unauthorized", detail, Map.of());
        problem.getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        return problem;
    }

    /** Returns 403: the caller may not do this. */
    public static Problem forbidden(String detail) {
        return new Problem(HttpStatus.FORBIDDEN, "forbidden", detail, Map.of());
    }

    /** Returns 404: no route has this path. */
    static Problem nothing() {
        return new Problem(HttpStatus.NOT_FOUND, "not-found", "There is nothing at this path.", Map.of());
    }

    /** Returns 404 with the slug {@code <what>-not-found}. */
    public static Problem notFound(String what, String detail) {
        return new Problem(HttpStatus.NOT_FOUND, what + "-not-found", detail, Map.of());
    }

    /** Returns 409. */
    public static Problem conflict(String slug, String detail) {
        return new Problem(HttpStatus.CONFLICT, slug, detail, Map.of());
    }

    /** Returns 412: the state is not the one that the caller has seen. Nothing was changed. */
    public static Problem preconditionFailed(String detail) {
        return new Problem(HttpStatus.PRECONDITION_FAILED, "precondition-failed", detail, Map.of());
    }

    /** Returns 422. */
    public static Problem unprocessable(String slug, String detail) {
        return new Problem(HttpStatus.UNPROCESSABLE_CONTENT, slug, detail, Map.of());
    }

    /** Returns 413. */
    public static Problem tooLarge(String detail) {
        return new Problem(HttpStatus.CONTENT_TOO_LARGE, "content-too-large", detail, Map.of());
    }

    /** Returns 415: the body is compressed. */
    public static Problem encoded() {
        var problem = new Problem(
                HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                "unsupported-content-encoding",
                "Send the body uncompressed, without Content-Encoding.",
                Map.of());
        problem.getHeaders().set(HttpHeaders.ACCEPT_ENCODING, "identity");
        return problem;
    }

    /** Returns 410: the resource existed once. */
    public static Problem gone(String slug, String detail) {
        return new Problem(HttpStatus.GONE, slug, detail, Map.of());
    }

    /** Returns 429 with {@code Retry-After}. Nothing was stored. */
    public static Problem tooMany(String detail) {
        return new Problem(HttpStatus.TOO_MANY_REQUESTS, "too-many-requests", detail, Map.of()).withRetryAfter();
    }

    /** Returns 500: a fault of the service. */
    static Problem internal() {
        return new Problem(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "internal",
                "The service failed; the reason is in its log.",
                Map.of());
    }

    /** Returns 503 with {@code Retry-After}. Either nothing was stored, or the caller has to query what was stored. */
    public static Problem busy(String slug, String detail) {
        return new Problem(HttpStatus.SERVICE_UNAVAILABLE, slug, detail, Map.of()).withRetryAfter();
    }

    /** Returns 503: too much other work would have to be done first. Nothing was stored. */
    public static Problem overCapacity() {
        return busy("over-capacity", "The service is at its capacity; nothing was stored. Try again.");
    }

    private Problem withRetryAfter() {
        getHeaders().set(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
        return this;
    }

    private Problem with(HttpHeaders headers) {
        getHeaders().putAll(headers);
        return this;
    }
}
