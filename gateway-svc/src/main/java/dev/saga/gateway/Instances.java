package dev.saga.gateway;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The instances of each service and their readiness. Checks all of them periodically; ready instances take turns. */
@Component
final class Instances implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Instances.class);
    private static final String READINESS = "/actuator/health/readiness";

    private final GatewayProperties properties;
    private final WebClient http;
    private final Map<String, List<Instance>> known = new ConcurrentHashMap<>();
    private final Map<URI, List<URI>> addresses = new ConcurrentHashMap<>();
    private final Set<URI> excluded = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> turns = new ConcurrentHashMap<>();
    private volatile boolean running;
    private Disposable checking = Disposables.disposed();

    Instances(GatewayProperties properties) {
        this.properties = properties;
        this.http = WebClient.create();
    }

    /**
     * An instance as of the latest check.
     *
     * @param ready true if it accepts requests; otherwise it is starting, shutting down or gone
     */
    record Instance(URI address, boolean ready) {}

    /** Returns the instances of a service, in a stable order. */
    List<Instance> of(String service) {
        return known.getOrDefault(service, List.of());
    }

    /** Returns the next ready instance that was not tried yet; null if there is none. */
    @Nullable URI next(String service, List<URI> tried) {
        List<URI> left = of(service).stream()
                .filter(instance -> instance.ready() && !tried.contains(instance.address()))
                .map(Instance::address)
                .toList();
        return left.isEmpty() ? null : left.get(Math.floorMod(turn(service), left.size()));
    }

    private int turn(String service) {
        return turns.computeIfAbsent(service, name -> new AtomicInteger()).getAndIncrement();
    }

    /** Excludes an instance until a check that begins after this call finds it ready. */
    void exclude(String service, URI instance) {
        excluded.add(instance);
        known.computeIfPresent(service, (name, all) -> without(all, instance));
    }

    private static List<Instance> without(List<Instance> all, URI gone) {
        return all.stream()
                .map(instance -> instance.address().equals(gone) ? new Instance(gone, false) : instance)
                .toList();
    }

    /** Checks all instances once. Two checks never overlap. */
    Mono<Void> check() {
        return Flux.fromIterable(properties.instances().entrySet())
                .doOnSubscribe(begun -> excluded.clear())
                .flatMap(service -> check(service.getKey(), service.getValue()))
                .then();
    }

    private Mono<Void> check(String service, List<URI> configured) {
        return Flux.fromIterable(configured)
                .flatMapSequential(this::addresses)
                .distinct()
                .flatMapSequential(address -> isReady(address).map(ready -> new Instance(address, ready)))
                .collectList()
                .doOnNext(found -> store(service, found))
                .then();
    }

    private void store(String service, List<Instance> found) {
        List<Instance> before = of(service);
        List<Instance> now = known.compute(service, (name, all) -> withoutExcluded(found));
        if (!now.equals(before)) {
            LOG.info("instances service={} are={}", service, now);
        }
    }

    /** Keeps excluded instances out: an instance may have responded to the check before it failed. */
    private List<Instance> withoutExcluded(List<Instance> found) {
        List<Instance> now = found;
        for (URI gone : excluded) {
            now = without(now, gone);
        }
        return now;
    }

    /**
     * Resolves the host to all of its addresses. If that fails, returns the previous result; if there is only one
     * address, returns the configured host name.
     */
    private Flux<URI> addresses(URI configured) {
        return Mono.fromCallable(() -> InetAddress.getAllByName(configured.getHost()))
                .subscribeOn(Schedulers.boundedElastic())
                .timeout(properties.patience())
                .map(all -> all.length == 1 ? List.of(configured) : each(configured, all))
                .doOnNext(found -> addresses.put(configured, found))
                .onErrorResume(unknown -> Mono.just(addresses.getOrDefault(configured, List.of())))
                .flatMapIterable(found -> found);
    }

    private static List<URI> each(URI configured, InetAddress[] all) {
        return Stream.of(all)
                .map(address ->
                        URI.create(configured.getScheme() + "://" + literal(address) + ":" + configured.getPort()))
                .toList();
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        return text.contains(":") ? "[" + text + "]" : text;
    }

    private Mono<Boolean> isReady(URI instance) {
        return http.get()
                .uri(instance + READINESS)
                .exchangeToMono(answer ->
                        answer.releaseBody().thenReturn(answer.statusCode().is2xxSuccessful()))
                .timeout(properties.patience())
                .onErrorReturn(false);
    }

    @Override
    public void start() {
        running = true;
        checking = Mono.defer(this::check)
                .doOnError(failure -> LOG.warn("check of instances failed reason=\"{}\"", failure.toString()))
                .onErrorComplete()
                .repeatWhen(checks -> checks.delayElements(properties.look()))
                .subscribe();
    }

    @Override
    public void stop() {
        running = false;
        checking.dispose();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
