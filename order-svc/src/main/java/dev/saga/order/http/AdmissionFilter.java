package dev.saga.order.http;

import dev.saga.http.Problem;
import dev.saga.order.Admission;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Refuses orders at the door while there is no room for them, without reading them: under overload most of the requests
 * are refused, and what a refusal costs is not there for the sagas.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class AdmissionFilter implements WebFilter {
    private final Admission admission;
    private final HttpHeaders headers = new HttpHeaders();
    private final byte[] body;

    AdmissionFilter(Admission admission, JsonMapper json) {
        this.admission = admission;
        Problem problem = Problem.overCapacity();
        this.body = json.writeValueAsBytes(problem.getBody());
        this.headers.putAll(problem.getHeaders());
        this.headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        this.headers.setContentLength(body.length);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return isNewOrder(exchange) && admission.isClosed() ? refused(exchange.getResponse()) : chain.filter(exchange);
    }

    private static boolean isNewOrder(ServerWebExchange exchange) {
        return HttpMethod.POST.equals(exchange.getRequest().getMethod())
                && exchange.getRequest().getURI().getRawPath().endsWith("/orders");
    }

    private Mono<Void> refused(ServerHttpResponse response) {
        response.setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
        response.getHeaders().putAll(headers);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }
}
