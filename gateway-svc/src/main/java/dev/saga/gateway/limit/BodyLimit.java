package dev.saga.gateway.limit;

import dev.saga.gateway.GatewayProperties;
import dev.saga.web.problem.Problem;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/** Limits the bytes of a request's body, with or without {@code Content-Length}. */
@Component
final class BodyLimit implements WebFilter {
    private final int most;

    BodyLimit(GatewayProperties properties) {
        this.most = properties.body();
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (exchange.getRequest().getHeaders().getContentLength() > most) {
            return Mono.error(tooLarge());
        }
        ServerHttpRequest counted = new Counted(exchange.getRequest());
        return chain.filter(exchange.mutate().request(counted).build());
    }

    private Problem tooLarge() {
        return Problem.tooLarge("A body has at most " + most + " bytes.");
    }

    private final class Counted extends ServerHttpRequestDecorator {
        Counted(ServerHttpRequest request) {
            super(request);
        }

        @Override
        public Flux<DataBuffer> getBody() {
            var read = new AtomicLong();
            return super.getBody().handle((part, out) -> count(read, part, out));
        }

        private void count(AtomicLong read, DataBuffer part, SynchronousSink<DataBuffer> out) {
            if (read.addAndGet(part.readableByteCount()) > most) {
                DataBufferUtils.release(part);
                out.error(tooLarge());
            } else {
                out.next(part);
            }
        }
    }
}
