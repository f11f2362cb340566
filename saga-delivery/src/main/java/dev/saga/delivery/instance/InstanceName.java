package dev.saga.delivery.instance;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicInteger;

/** Names by which an operator finds an instance: its host, its process id, and a number. */
public final class InstanceName {
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final int LONGEST_HOST = 60;

    private InstanceName() {}

    /** Returns a name that is unique among the running instances, for instance {@code web-1:4711-1}. */
    public static String next() {
        String host = host();
        String shortened = host.length() <= LONGEST_HOST ? host : host.substring(0, LONGEST_HOST);
        return shortened + ":" + ProcessHandle.current().pid() + "-" + NAMES.incrementAndGet();
    }

    private static String host() {
        String ofContainer = System.getenv("HOSTNAME");
        if (ofContainer != null && !ofContainer.isBlank()) {
            return ofContainer;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "localhost";
        }
    }
}
