package dev.saga.web.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownHostsTest {
    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:8081", "127.0.0.1:8081", "127.8.9.1", "[::1]", "[::1]:8081"})
    void loopbackNamesAreTheServices(String host) {
        assertThat(knows(host, "127.0.0.1")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8081",
                "0.0.0.0:8081",
                "[::ffff:127.0.0.1]:8081",
                "[::]",
                "127.0.0.1.evil.example",
                "localhost.evil.example",
                "localhost@evil.example",
                "2130706433",
                "0x7f.1",
                "127.1",
                "",
                "[::1",
                "localhost:80:80"
            })
    void otherNamesAreNot(String host) {
        assertThat(knows(host, "127.0.0.1")).isFalse();
    }

    @Test
    void theAddressOfTheConnectionIsTheServices() {
        assertThat(knows("172.18.0.5:8080", "172.18.0.5")).isTrue();
        assertThat(knows("172.18.0.6:8080", "172.18.0.5")).isFalse();
        assertThat(knows("172.18.0.5:8080", null)).isFalse();
        assertThat(knows("[fd00:0:0:0:0:0:0:5]:8080", "fd00::5")).isTrue();
    }

    @Test
    void listedNamesAreTheServices() {
        var hosts = new KnownHosts(List.of("order-svc", "Shop.Example.org"));
        assertThat(hosts.has("order-svc:8080", null)).isTrue();
        assertThat(hosts.has("shop.example.org", null)).isTrue();
        assertThat(hosts.has("other.example.org", null)).isFalse();
        assertThat(new KnownHosts(List.of("*")).has("other.example.org", null)).isTrue();
    }

    private static boolean knows(String host, @Nullable String arrived) {
        return new KnownHosts(List.of())
                .has(host, arrived == null ? null : new InetSocketAddress(InetAddress.ofLiteral(arrived), 8080));
    }
}
