package dev.saga.payment.provider.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.saga.web.UnguardedException;
import dev.saga.web.security.Exposure;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class SimulationOutsideTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress ALL = InetAddress.ofLiteral("0.0.0.0");

    @Test
    void refusesToStartOutsideWithoutARealGatewayUnlessAllowed() {
        assertThatThrownBy(() -> new SimulationOutside(new Exposure(true, ALL), ""))
                .isInstanceOf(UnguardedException.class);
        assertThatThrownBy(() -> new SimulationOutside(new Exposure(true, null), ""))
                .isInstanceOf(UnguardedException.class);
        assertThat(new SimulationOutside(new Exposure(true, ALL), "allowed")).isNotNull();
        assertThat(new SimulationOutside(new Exposure(true, LOOPBACK), "")).isNotNull();
        assertThat(new SimulationOutside(new Exposure(false, ALL), "")).isNotNull();
    }
}
