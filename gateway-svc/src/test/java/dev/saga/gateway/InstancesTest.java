package dev.saga.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.saga.gateway.Instances.Instance;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InstancesTest {
    private final List<HttpServer> servers = new ArrayList<>();
    private volatile int readiness = 200;
    private volatile Runnable meanwhile = () -> {};

    @AfterEach
    void close() {
        servers.forEach(server -> server.stop(0));
    }

    @Test
    void readyInstancesTakeTurns() throws IOException {
        URI one = start("127.0.0.1", 0);
        URI other = start("127.0.0.1", 0);
        Instances instances = checkedInstances(one, other);
        assertThat(List.of(next(instances), next(instances))).containsExactlyInAnyOrder(one, other);
    }

    @Test
    void aTriedInstanceIsNotReturnedAgain() throws IOException {
        URI one = start("127.0.0.1", 0);
        URI other = start("127.0.0.1", 0);
        Instances instances = checkedInstances(one, other);
        assertThat(instances.next("some-service", List.of(one))).isEqualTo(other);
        assertThat(instances.next("some-service", List.of(one, other))).isNull();
    }

    @Test
    void anInstanceIsSkippedUntilItIsReady() throws IOException {
        URI one = start("127.0.0.1", 0);
        readiness = 503;
        Instances instances = checkedInstances(one);
        assertThat(instances.next("some-service", List.of())).isNull();
        assertThat(instances.of("some-service")).containsExactly(new Instance(one, false));
        readiness = 200;
        instances.check().block();
        assertThat(next(instances)).isEqualTo(one);
    }

    @Test
    void anExcludedInstanceReturnsWithTheNextCheck() throws IOException {
        URI one = start("127.0.0.1", 0);
        Instances instances = checkedInstances(one);
        instances.exclude("some-service", one);
        assertThat(instances.next("some-service", List.of())).isNull();
        instances.check().block();
        assertThat(next(instances)).isEqualTo(one);
    }

    @Test
    void anInstanceExcludedDuringACheckStaysOutUntilTheNextCheck() throws IOException {
        URI one = start("127.0.0.1", 0);
        Instances instances = checkedInstances(one);
        meanwhile = () -> instances.exclude("some-service", one);
        instances.check().block();
        assertThat(instances.next("some-service", List.of())).isNull();
        meanwhile = () -> {};
        instances.check().block();
        assertThat(next(instances)).isEqualTo(one);
    }

    @Test
    void anInstanceThatDoesNotRespondInTimeIsNotReady() throws IOException {
        HttpServer silent = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        silent.createContext("/", exchange -> {});
        silent.start();
        servers.add(silent);
        Instances instances = checkedInstances(
                URI.create("http://127.0.0.1:" + silent.getAddress().getPort()));
        assertThat(instances.next("some-service", List.of())).isNull();
    }

    @Test
    void aNameStandsForAllOfItsAddresses() throws IOException {
        URI second = start("127.0.0.2", 0);
        URI third = start("127.0.0.3", second.getPort());
        Instances instances = checkedInstances(URI.create("http://two.test:" + second.getPort()));
        assertThat(instances.of("some-service"))
                .containsExactlyInAnyOrder(new Instance(second, true), new Instance(third, true));
    }

    @Test
    void anUnknownHostIsNoInstance() {
        assertThat(checkedInstances(URI.create("http://nobody.test:1")).of("some-service"))
                .isEmpty();
    }

    private URI start(String host, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(host, port), 0);
        server.createContext("/actuator/health/readiness", exchange -> {
            meanwhile.run();
            exchange.sendResponseHeaders(readiness, -1);
            exchange.close();
        });
        server.start();
        servers.add(server);
        return URI.create("http://" + host + ":" + server.getAddress().getPort());
    }

    private static Instances checkedInstances(URI... configured) {
        var properties = new GatewayProperties(
                Map.of("some-service", List.of(configured)),
                Duration.ofDays(1),
                Duration.ofSeconds(2),
                100,
                100,
                100,
                65_536);
        var instances = new Instances(properties);
        instances.check().block();
        return instances;
    }

    private static URI next(Instances instances) {
        URI next = instances.next("some-service", List.of());
        assertThat(next).isNotNull();
        return next;
    }
}
