package dev.saga.lab.chaos;

import dev.saga.events.Participant;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.Pause;
import dev.saga.lab.stack.TcpProxy;
import dev.saga.local.LocalInfra;
import dev.saga.local.process.ChildProcess;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * The system that faults are injected into.
 *
 * @param proxy proxy between the services and the database
 */
record Scene(LocalInfra infra, TcpProxy proxy, LocalStack stack, ChaosWire wire, Operators operators) {
    private static final int TRIES = 30;

    /** Sets the mode of the simulated payment gateway through any instance that responds. */
    void gateway(String mode, int latencyMillis, double failureRate) {
        String body =
                "{\"mode\":\"%s\",\"latencyMillis\":%d,\"failureRate\":%s}".formatted(mode, latencyMillis, failureRate);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            try {
                if (stack.client(attempt)
                                .payment("PUT", "/payment-gateway", body)
                                .status()
                        == 200) {
                    return;
                }
            } catch (RuntimeException away) {
                Pause.of(Duration.ofMillis(500));
            }
        }
        throw new IllegalStateException("no instance of payment-svc accepts the mode of the payment gateway");
    }

    /** Makes the database refuse or accept changes of the services' users. */
    void readOnly(boolean refused) {
        try (Connection administrator = stack.databases().connect(Participant.ORDER);
                Statement statement = administrator.createStatement()) {
            statement.execute("SET GLOBAL read_only = " + (refused ? 1 : 0));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends a signal to a process, on operating systems that have signals. */
    static void signal(String name, ChildProcess process) {
        try {
            int code = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("kill -" + name + " of " + process.name() + " failed");
            }
        } catch (IOException e) {
            throw new IllegalStateException("this system has no kill", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
