package dev.saga.lab.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {
    private static final int SOON_MILLIS = 5_000;
    private static final int SILENCE_MILLIS = 300;

    private final List<Socket> clients = new ArrayList<>();
    private final Queue<Socket> served = new ConcurrentLinkedQueue<>();
    private ServerSocket one;
    private ServerSocket two;
    private TcpProxy proxy;

    @BeforeEach
    void start() throws IOException {
        one = echo("one ");
        two = echo("two ");
        proxy = TcpProxy.start(address(one), 3);
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        one.close();
        two.close();
        for (Socket client : clients) {
            client.close();
        }
    }

    @Test
    void forwardsBothWays() throws IOException {
        Socket client = connect();
        assertThat(answer(client, "a")).isEqualTo("one a");
        assertThat(answer(client, "b")).isEqualTo("one b");
    }

    @Test
    void frozenConnectionsStayOpenAndSilentAndNewOnesWork() throws IOException {
        Socket before = connect();
        assertThat(answer(before, "a")).isEqualTo("one a");
        assertThat(proxy.freeze()).isEqualTo(1);
        before.setSoTimeout(SILENCE_MILLIS);
        assertThatThrownBy(() -> answer(before, "b")).isInstanceOf(SocketTimeoutException.class);
        assertThat(answer(connect(), "c")).isEqualTo("one c");
        assertThatThrownBy(() -> answer(before, "d")).isInstanceOf(SocketTimeoutException.class);
        assertThat(proxy.freeze()).as("connections that were not silent yet").isEqualTo(1);
    }

    @Test
    void aClientDoesNotNoticeThatTheServiceEndedItsFrozenConnection() throws IOException {
        Socket before = connect();
        assertThat(answer(before, "a")).isEqualTo("one a");
        proxy.freeze();
        before.setSoTimeout(SILENCE_MILLIS);
        served.element().close();
        assertThatThrownBy(() -> before.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void newConnectionsGoToTheNewTargetAndOldOnesStay() throws IOException {
        Socket before = connect();
        assertThat(answer(before, "a")).isEqualTo("one a");
        proxy.retarget(address(two));
        assertThat(answer(connect(), "b")).isEqualTo("two b");
        assertThat(answer(before, "c")).isEqualTo("one c");
    }

    @Test
    void takesNoMoreConnectionsThanItsBound() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertThat(answer(connect(), "a")).isEqualTo("one a");
        }
        assertEnded(connect());
    }

    @Test
    void endsAllConnectionsWhenItIsClosed() throws IOException {
        Socket silent = connect();
        assertThat(answer(silent, "a")).isEqualTo("one a");
        proxy.freeze();
        Socket talking = connect();
        assertThat(answer(talking, "b")).isEqualTo("one b");
        proxy.close();
        assertEnded(silent);
        assertEnded(talking);
    }

    private static void assertEnded(Socket client) throws IOException {
        try {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        } catch (SocketException reset) {
            assertThat(reset).isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    private Socket connect() throws IOException {
        String address = proxy.address();
        var client = new Socket(
                InetAddress.getLoopbackAddress(), Integer.parseInt(address.substring(address.indexOf(':') + 1)));
        client.setSoTimeout(SOON_MILLIS);
        clients.add(client);
        return client;
    }

    private static String answer(Socket client, String letter) throws IOException {
        client.getOutputStream().write(letter.getBytes(StandardCharsets.UTF_8));
        return new String(client.getInputStream().readNBytes("one a".length()), StandardCharsets.UTF_8);
    }

    private static String address(ServerSocket server) {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** Starts a server that returns its name followed by the byte, for each byte. */
    private ServerSocket echo(String name) throws IOException {
        var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket client = server.accept();
                    served.add(client);
                    Thread.ofVirtual().start(() -> echo(client, name));
                } catch (IOException closed) {
                    return;
                }
            }
        });
        return server;
    }

    private static void echo(Socket client, String name) {
        try (client) {
            for (int read = client.getInputStream().read();
                    read >= 0;
                    read = client.getInputStream().read()) {
                client.getOutputStream().write((name + (char) read).getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException ended) {
            // a reset ends the connection like the end of the stream
        }
    }
}
