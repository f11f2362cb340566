package dev.saga.gateway;

import dev.saga.events.Participant;
import dev.saga.gateway.Instances.Instance;
import dev.saga.web.Caller;
import dev.saga.web.stream.Streams;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Returns the metrics of every instance of every service, for operators. Queries the instances with the caller's token.
 */
@RestController
@RequestMapping("/fleet")
final class FleetController {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final int MOST_BYTES = 1 << 20;

    private final Instances instances;
    private final Streams streams;
    private final WebClient http = WebClient.builder()
            .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(MOST_BYTES))
            .build();

    FleetController(Instances instances, Streams streams) {
        this.instances = instances;
        this.streams = streams;
    }

    /** A service and its instances. */
    record Service(String name, List<Member> instances) {}

    /**
     * An instance.
     *
     * @param ready true if it accepts requests
     * @param meters its meters of sagas, by Prometheus name and labels; empty if it does not respond
     */
    record Member(URI address, boolean ready, Map<String, Double> meters) {}

    @GetMapping
    Mono<List<Service>> fleet(
            @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false) @Nullable String token) {
        return Flux.fromIterable(Participant.routes())
                .flatMapSequential(service -> members(service, token).map(members -> new Service(service, members)))
                .collectList();
    }

    /** Streams the fleet, 1 s after each result, until the caller disconnects. */
    @GetMapping(produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<List<Service>>> live(
            @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false) @Nullable String token,
            ServerWebExchange exchange) {
        Flux<ServerSentEvent<List<Service>>> snapshots = fleet(token)
                .map(fleet -> ServerSentEvent.builder(fleet).build())
                .repeatWhen(done -> done.delayElements(EVERY));
        return Caller.of(exchange).flatMapMany(caller -> streams.of(exchange, caller, snapshots));
    }

    private Mono<List<Member>> members(String service, @Nullable String token) {
        return Flux.fromIterable(instances.of(service))
                .flatMapSequential(instance -> member(instance, token))
                .collectList();
    }

    private Mono<Member> member(Instance instance, @Nullable String token) {
        return http.get()
                .uri(instance.address() + "/actuator/prometheus")
                .headers(headers -> {
                    if (token != null) {
                        headers.set(HttpHeaders.AUTHORIZATION, token);
                    }
                })
                .retrieve()
                .bodyToMono(String.class)
                .timeout(TIMEOUT)
                .map(FleetController::meters)
                .onErrorReturn(Map.of())
                .map(meters -> new Member(instance.address(), instance.ready(), meters));
    }

    /** Reads the lines {@code name{labels} value} of the meters whose name begins with {@code saga_}. */
    private static Map<String, Double> meters(String text) {
        return text.lines()
                .filter(line -> line.startsWith("saga_"))
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(
                        parts -> parts[0], parts -> Double.parseDouble(parts[1]), (one, other) -> other));
    }
}
