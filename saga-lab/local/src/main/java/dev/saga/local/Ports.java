package dev.saga.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;

/** Free ports on loopback. A port is handed out once per process, so parts that start side by side never share one. */
public final class Ports {
    private static final Set<Integer> GIVEN = new HashSet<>();

    private Ports() {}

    /** The first free port of {@code wanted}, {@code wanted + 100}, {@code wanted + 200}…; any free port after ten tries. */
    public static synchronized int near(int wanted) {
        for (int port = wanted; port < wanted + 1000; port += 100) {
            if (isFree(port) && GIVEN.add(port)) {
                return port;
            }
        }
        return any();
    }

    /** A free port of the system's choice. */
    public static synchronized int any() {
        while (true) {
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (GIVEN.add(socket.getLocalPort())) {
                    return socket.getLocalPort();
                }
            } catch (IOException noPort) {
                throw new UncheckedIOException("no free port on loopback", noPort);
            }
        }
    }

    /** Whether something accepts connections on this port of loopback. */
    public static boolean answers(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException nobody) {
            return false;
        }
    }

    private static boolean isFree(int port) {
        if (answers(port)) { // bound to an address that ours does not collide with
            return false;
        }
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
