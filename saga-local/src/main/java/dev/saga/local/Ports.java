package dev.saga.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Free ports on loopback. Each port is returned once per process, so parts that start in parallel never share one. A
 * wanted port stays reserved for this process while its service restarts: a lock on a file marks it and ends with the
 * process, so that another lab does not take the port and reach this lab's services.
 */
public final class Ports {
    private static final Set<Integer> GIVEN = new HashSet<>();
    private static final List<FileLock> MARKS = new ArrayList<>();

    private Ports() {}

    /**
     * Returns the first free port of {@code wanted}, {@code wanted + 100}, {@code wanted + 200}…; any free port after
     * ten tries.
     */
    public static synchronized int near(int wanted) {
        for (int port = wanted; port < wanted + 1000; port += 100) {
            if (!GIVEN.contains(port) && isFree(port) && isMarked(port) && GIVEN.add(port)) {
                return port;
            }
        }
        return any();
    }

    private static boolean isMarked(int port) {
        Path file = Path.of(System.getProperty("java.io.tmpdir"), "saga-lab-port-" + port + ".lock");
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock mark = channel.tryLock();
            if (mark == null) {
                channel.close();
                return false;
            }
            return MARKS.add(mark);
        } catch (IOException notAllowed) {
            return false;
        }
    }

    /** Returns a free port that the operating system chooses. */
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

    /** Returns if a server accepts connections on this port of loopback. */
    public static boolean answers(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static boolean isFree(int port) {
        if (answers(port)) { // bound to another address, with which a bind to loopback does not collide
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
