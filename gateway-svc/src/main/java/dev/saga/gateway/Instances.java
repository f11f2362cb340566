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

/** Which instances of each service are ready: asked again and again, and those that are take turns. */
@Component
final class Instances implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Instances.class);
    private static final String READINESS = "/actuator/health/readiness";

    private final GatewayProperties properties;
    private final WebClient http;
    private final Map<String, List<Instance>> known = new ConcurrentHashMap<>();
    private final Map<URI, List<URI>> addresses = new ConcurrentHashMap<>();
    private final Set<URI> leftOut = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> turns = new ConcurrentHashMap<>();
    private volatile boolean running;
    private Disposable looking = Disposables.disposed();

    Instances(GatewayProperties properties) {
        this.properties = properties;
        this.http = WebClient.create();
    }

    /**
     * An instance as it was a moment ago.
     *
     * @param ready whether it takes requests; otherwise it starts, ends or is gone
     */
    record Instance(URI address, boolean ready) {}

    /** The instances of a service, in a stable order. */
    List<Instance> of(String service) {
        return known.getOrDefault(service, List.of());
    }

    /** The next ready instance in turn, one that is not among those tried; null where there is none. */
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

    /** Leaves an instance out until it says that it is ready to a look that begins after this. */
    void leaveOut(String service, URI instance) {
        leftOut.add(instance);
        known.computeIfPresent(service, (name, all) -> without(all, instance));
    }

    private static List<Instance> without(List<Instance> all, URI gone) {
        return all.stream()
                .map(instance -> instance.address().equals(gone) ? new Instance(gone, false) : instance)
                .toList();
    }

    /** Asks all of them; one look is over before the next begins. */
    Mono<Void> look() {
        return Flux.fromIterable(properties.instances().entrySet())
                .doOnSubscribe(begun -> leftOut.clear())
                .flatMap(service -> look(service.getKey(), service.getValue()))
                .then();
    }

    private Mono<Void> look(String service, List<URI> configured) {
        return Flux.fromIterable(configured)
                .flatMapSequential(this::addresses)
                .distinct()
                .flatMapSequential(address -> isReady(address).map(ready -> new Instance(address, ready)))
                .collectList()
                .doOnNext(found -> note(service, found))
                .then();
    }

    private void note(String service, List<Instance> found) {
        List<Instance> before = of(service);
        List<Instance> now = known.compute(service, (name, all) -> withoutLeftOut(found));
        if (!now.equals(before)) {
            LOG.info("instances service={} are={}", service, now);
        }
    }

    /** One that was left out while it was asked may have answered before it died. */
    private List<Instance> withoutLeftOut(List<Instance> found) {
        List<Instance> now = found;
        for (URI gone : leftOut) {
            now = without(now, gone);
        }
        return now;
    }

    /** Every address of the host, as before where it cannot be told; the name itself where it has but one. */
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
        looking = Mono.defer(this::look)
                .doOnError(failure -> LOG.warn("look at instances failed reason=\"{}\"", failure.toString()))
                .onErrorComplete()
                .repeatWhen(looks -> looks.delayElements(properties.look()))
                .subscribe();
    }

    @Override
    public void stop() {
        running = false;
        looking.dispose();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
