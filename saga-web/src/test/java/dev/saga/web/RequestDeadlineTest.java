package dev.saga.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestDeadlineTest {
    private static final String HEAD = "POST /ann/orders HTTP/1.1\r\nContent-Length: 4\r\n\r\n";

    private final EmbeddedChannel channel =
            new EmbeddedChannel(new HttpServerCodec(), new RequestDeadline(Duration.ofSeconds(15)));

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void reads(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    private void passes(int seconds) {
        channel.freezeTime();
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    @Test
    void hangsUpOnARequestThatDoesNotEnd() {
        reads(HEAD + "{");
        passes(14);
        reads("}");
        assertThat(channel.isOpen()).isTrue();
        passes(2);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aCompleteRequestHasNoDeadline() {
        reads(HEAD + "{  }");
        passes(3600);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void eachRequestOfAConnectionHasItsOwnTime() {
        reads(HEAD + "{  }");
        passes(10);
        reads(HEAD);
        passes(14);
        assertThat(channel.isOpen()).isTrue();
        passes(2);
        assertThat(channel.isOpen()).isFalse();
    }
}
