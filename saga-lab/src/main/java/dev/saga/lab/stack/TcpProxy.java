package dev.saga.lab.stack;

import dev.saga.local.process.StartFailure;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP proxy on loopback whose connections can become silent: neither side gets another byte, FIN or RST, as behind a
 * firewall that has lost its state. New connections work. The limit is 1,024 connections, including silent ones; a
 * connection beyond it is closed at once.
 */
public final class TcpProxy implements AutoCloseable {
    private static final int MOST_CONNECTIONS = 1_024;
    private static final int CONNECT_MILLIS = 5_000;
    private static final int BUFFER_BYTES = 16 * 1_024;

    private final ServerSocket server;
    private final int mostConnections;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile InetSocketAddress target;

    private TcpProxy(ServerSocket server, InetSocketAddress target, int mostConnections) {
        this.server = server;
        this.target = target;
        this.mostConnections = mostConnections;
    }

    /**
     * Starts a proxy on a free port.
     *
     * @param target {@code host:port} to which connections are forwarded
     * @throws StartFailure if no port is free
     */
    public static TcpProxy start(String target) {
        return start(target, MOST_CONNECTIONS);
    }

    static TcpProxy start(String target, int mostConnections) {
        try {
            var server = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
            var proxy = new TcpProxy(server, parse(target), mostConnections);
            Thread.ofVirtual().name("proxy").start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new StartFailure("A proxy could not be started: " + e.getMessage(), e);
        }
    }

    private static InetSocketAddress parse(String address) {
        int colon = address.lastIndexOf(':');
        return new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    /** Returns the address for clients, {@code host:port}. */
    public String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** Makes all current connections silent for good and returns their number. New connections work. */
    public int freeze() {
        int frozen = 0;
        for (Link link : links) {
            if (!link.frozen) {
                link.frozen = true;
                frozen++;
            }
        }
        return frozen;
    }

    /** Forwards new connections to another {@code host:port}; current connections are not affected. */
    public void retarget(String other) {
        target = parse(other);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                if (links.size() < mostConnections) {
                    var link = new Link(client);
                    links.add(link);
                    Thread.ofVirtual().name("proxy-link").start(link::connect);
                } else {
                    client.close();
                }
            } catch (IOException closedOrReset) {
                Thread.onSpinWait();
            }
        }
    }

    /** Closes all connections, including silent ones, and accepts no more. */
    @Override
    public void close() {
        end(server);
        links.forEach(Link::end);
    }

    private static void end(Closeable part) {
        try {
            part.close();
        } catch (IOException ended) {
            // nothing is left to end
        }
    }

    /** A client's connection and the matching connection to the target. */
    private final class Link {
        private final Socket client;
        private final Socket service = new Socket();
        private volatile boolean frozen;

        Link(Socket client) {
            this.client = client;
        }

        private void connect() {
            try {
                service.connect(target, CONNECT_MILLIS);
                client.setTcpNoDelay(true);
                service.setTcpNoDelay(true);
                Thread.ofVirtual().name("proxy-answers").start(() -> pump(service, client));
                pump(client, service);
            } catch (IOException unreachable) {
                end();
            }
        }

        /**
         * Copies bytes until one side ends, then closes both sides. If the connection is silent, closes only the side
         * that ended.
         */
        private void pump(Socket from, Socket to) {
            try {
                copy(from.getInputStream(), to.getOutputStream());
            } catch (IOException ended) {
                // as at the end of the stream
            }
            if (!frozen) {
                end();
                return;
            }
            TcpProxy.end(from);
            if (to.isClosed()) {
                links.remove(this);
            }
        }

        private void copy(InputStream from, OutputStream to) throws IOException {
            byte[] bytes = new byte[BUFFER_BYTES];
            for (int read = from.read(bytes); read >= 0; read = from.read(bytes)) {
                if (!frozen) {
                    to.write(bytes, 0, read);
                }
            }
        }

        void end() {
            TcpProxy.end(client);
            TcpProxy.end(service);
            links.remove(this);
        }
    }
}
