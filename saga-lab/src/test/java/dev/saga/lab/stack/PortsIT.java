package dev.saga.lab.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.local.Ports;
import dev.saga.local.process.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsIT {
    @TempDir
    Path folder;

    /** Another lab: it reserves the wanted port, or a port near it, and does not listen on it. */
    static final class OtherLab {
        private OtherLab() {}

        public static void main(String[] wanted) throws InterruptedException {
            System.out.println("has " + Ports.near(Integer.parseInt(wanted[0])));
            Thread.sleep(Duration.ofMinutes(1));
        }
    }

    @Test
    void aPortReservedByAnotherLabIsNotTakenAlthoughNothingListensOnIt() throws IOException {
        int wanted = freePort();
        Path log = folder.resolve("other.log");
        ChildProcess other = ChildProcess.start(
                "another lab",
                ChildProcess.java(List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherLab.class.getName(),
                        String.valueOf(wanted))),
                log);
        try {
            other.awaitReady(() -> hasPort(log), Duration.ofSeconds(30));
            assertThat(log).content().contains("has " + wanted);
            assertThat(Ports.near(wanted)).isNotEqualTo(wanted);
        } finally {
            other.kill();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean hasPort(Path log) {
        try {
            return Files.readString(log).contains("has ");
        } catch (IOException notYet) {
            return false;
        }
    }
}
