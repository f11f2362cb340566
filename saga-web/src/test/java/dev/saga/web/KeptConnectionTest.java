package dev.saga.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Opens many streams in sequence on one kept connection. */
class KeptConnectionTest {
    private static final int STREAMS = 2_000;
    private static final long MOST_BYTES_EACH = 500;

    @Test
    void aStreamThatHasEndedLeavesNothingOnItsConnection() throws IOException {
        try (SomeService service = new SomeService();
                Socket socket = new Socket("127.0.0.1", service.port())) {
            socket.setSoTimeout(10_000);
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            stream(socket, in, STREAMS);
            long before = heap();
            stream(socket, in, STREAMS);
            assertThat((heap() - before) / STREAMS).isLessThan(MOST_BYTES_EACH);
        }
    }

    private static void stream(Socket socket, BufferedReader in, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            socket.getOutputStream()
                    .write("GET /stream HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String line = in.readLine();
            assertThat(line).startsWith("HTTP/1.1 200");
            while (!line.equals("0")) { // the last chunk
                line = in.readLine();
            }
            in.readLine();
        }
    }

    private static long heap() {
        System.gc();
        Runtime jvm = Runtime.getRuntime();
        return jvm.totalMemory() - jvm.freeMemory();
    }
}
