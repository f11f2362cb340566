package dev.saga.order.http;

import dev.saga.events.value.UserId;
import dev.saga.order.intake.Admission;
import dev.saga.web.meter.WebMetrics;
import dev.saga.web.problem.Problem;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Refuses new orders before they are read, while there is no room for them. Under overload most requests are refused,
 * and the sagas need what a refusal would cost.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class AdmissionFilter implements WebFilter {
    private static final Pattern ORDERS = Pattern.compile("/([A-Za-z0-9._-]{1,64})/orders");

    private final Admission admission;
    private final HttpHeaders headers = new HttpHeaders();
    private final byte[] body;
    private final String reason;
    private final WebMetrics metrics;

    AdmissionFilter(Admission admission, JsonMapper json, WebMetrics metrics) {
        this.admission = admission;
        this.metrics = metrics;
        Problem problem = Problem.overCapacity();
        this.reason = problem.slug();
        this.body = json.writeValueAsBytes(problem.getBody());
        this.headers.putAll(problem.getHeaders());
        this.headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        this.headers.setContentLength(body.length);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return isNewOrder(exchange.getRequest()) && isRefused(exchange.getRequest())
                ? refuse(exchange.getResponse())
                : chain.filter(exchange);
    }

    /** A request with a key may repeat an earlier one whose result is known, so it has to be read. */
    private static boolean isNewOrder(ServerHttpRequest request) {
        return HttpMethod.POST.equals(request.getMethod())
                && request.getURI().getRawPath().endsWith("/orders")
                && !request.getHeaders().containsHeader(OrderController.KEY_HEADER);
    }

    private boolean isRefused(ServerHttpRequest request) {
        Matcher path = ORDERS.matcher(request.getURI().getRawPath());
        return path.matches() ? admission.isClosedTo(new UserId(path.group(1))) : admission.isClosed();
    }

    private Mono<Void> refuse(ServerHttpResponse response) {
        metrics.answered(HttpStatus.SERVICE_UNAVAILABLE.value(), reason);
        response.setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
        response.getHeaders().putAll(headers);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }
}
