package dev.saga.delivery.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpServer;
import dev.saga.delivery.Trips;
import dev.saga.delivery.trace.FinishedSpan.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

class OtlpExportTest {
    private static final int QUEUE = 1_000;

    @Test
    @Timeout(60)
    void nothingWaitsForACollectorThatDoesNotAnswer() throws IOException {
        var release = new CountDownLatch(1);
        var requests = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", exchange -> {
            requests.incrementAndGet();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        server.start();
        var export = new OtlpExport(properties(server.getAddress().getPort()), "hotel", "a:1");
        for (int i = 0; i < 50 * QUEUE; i++) {
            export.add(span());
        }
        await().until(() -> requests.get() > 0);
        export.close();
        release.countDown();
        server.stop(0);
        assertThat(requests.get()).isLessThanOrEqualTo(2 * QUEUE / 512 + 2);
    }

    @Test
    void withoutACollectorSpansAreLostWithOneLine() {
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        var logger = (Logger) LoggerFactory.getLogger(ReportedExport.class);
        logger.setLevel(Level.WARN);
        logger.addAppender(lines);
        var export = new OtlpExport(properties(1), "hotel", "a:1");
        export.add(span());
        export.add(span());
        export.close();
        await().untilAsserted(() -> assertThat(lines.list)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .asString()
                .startsWith("spans lost number=2 reason=\"java.net.ConnectException"));
        logger.detachAppender(lines);
    }

    @Test
    void refusesWrongSettings() {
        assertThatThrownBy(() -> new TracingProperties(URI.create("ftp://somewhere"), Map.of(), 1, QUEUE))
                .hasMessage("saga.tracing.endpoint must be an http or https URL, not ftp://somewhere");
        assertThatThrownBy(() -> new TracingProperties(null, Map.of(), 1.5, QUEUE))
                .hasMessage("saga.tracing.sampling must be 0 to 1, not 1.5");
        assertThatThrownBy(() -> new TracingProperties(null, Map.of(), Double.NaN, QUEUE))
                .hasMessageContaining("sampling");
        assertThatThrownBy(() -> new TracingProperties(null, Map.of(), 1, 1))
                .hasMessageContaining("saga.tracing.queue");
    }

    private static TracingProperties properties(int port) {
        return new TracingProperties(URI.create("http://127.0.0.1:" + port + "/v1/traces"), Map.of(), 1, QUEUE);
    }

    private static FinishedSpan span() {
        TraceContext context = TraceContext.start(Trips.newSaga(), true);
        return new FinishedSpan(
                Kind.CONSUMER, "handle X", context, null, null, Instant.EPOCH, Instant.EPOCH, Map.of(), null);
    }
}
