package dev.saga.lab.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.saga.events.Participant;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.Databases;
import dev.saga.lab.stack.ServiceProcess;
import dev.saga.testing.TestInfra;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Checks the command lines of the services' processes and the rights of their database users. */
@Order(RunningSystem.ON_PAIRS)
class LeastPrivilegeIT {
    private final RunningSystem system = RunningSystem.pairs();
    private final Databases databases = system.stack.databases();

    /** Every user of a machine can read the command lines of all processes. */
    @Test
    void noServiceHasAPasswordOnItsCommandLine() {
        assertThat(system.stack.processes())
                .hasSize(2 * Participant.values().length)
                .allSatisfy(service -> assertThat(commandLine(service))
                        .contains("--server.port=")
                        .doesNotContain(databases.password(), databases.migrationPassword())
                        .doesNotContain(TestInfra.get().mariaDbPassword()));
    }

    @Test
    void aServicesUserChangesRowsOfItsOwnDatabaseAndNothingElse() throws SQLException {
        for (Participant service : Participant.values()) {
            String schema = databases.schema(service);
            Participant other = service == Participant.ORDER ? Participant.PAYMENT : Participant.ORDER;
            try (var connection = DriverManager.getConnection(TestInfra.jdbcUrl(schema), schema, databases.password());
                    var statement = connection.createStatement()) {
                statement.executeQuery("SELECT COUNT(*) FROM outbox").close();
                assertDenied(() -> statement.execute("CREATE TABLE mine (id INT)"));
                assertDenied(() -> statement.execute("DROP TABLE inbox"));
                assertDenied(() -> statement.execute("ALTER TABLE outbox ADD COLUMN more INT"));
                assertDenied(() -> statement.execute("SELECT 1 FROM " + databases.schema(other) + ".outbox"));
            }
        }
    }

    private interface Attempt {
        void make() throws SQLException;
    }

    private static void assertDenied(Attempt attempt) {
        assertThatThrownBy(attempt::make).isInstanceOf(SQLException.class).hasMessageContaining("denied");
    }

    private static String commandLine(ServiceProcess service) {
        return ProcessHandle.of(service.process().pid())
                .flatMap(process -> process.info().commandLine())
                .orElseThrow();
    }
}
