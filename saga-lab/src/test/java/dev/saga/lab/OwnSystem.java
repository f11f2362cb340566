package dev.saga.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.events.Participant;
import dev.saga.lab.probe.Invariants;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.stack.Jvm;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.Plan;
import dev.saga.lab.stack.ServiceProcess;
import dev.saga.lab.stack.TcpProxy;
import dev.saga.local.LocalInfra;
import dev.saga.local.process.Launch;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * One instance of each service, on brokers and a database that one test class has for itself and may break. The services
 * reach the database through a proxy.
 */
final class OwnSystem implements AutoCloseable {
    private static final Map<Participant, Integer> ONE_EACH = Plan.each(1);

    final LocalInfra infra;
    final TcpProxy proxy;
    final String prefix;
    final Wire wire;
    final Path folder;
    private LocalStack stack;

    private OwnSystem(Path folder, LocalInfra infra, String prefix) {
        this.folder = folder;
        this.infra = infra;
        this.prefix = prefix;
        this.proxy = TcpProxy.start(infra.mariaDb());
        this.wire = new Wire(infra.kafka(), prefix);
    }

    /** Starts brokers and database. {@link #launch} starts the services. */
    static OwnSystem prepare(String name, int brokers) {
        Path folder = Launch.home().resolve("saga-lab/target").resolve(name);
        LocalInfra infra = LocalInfra.startSmall(folder, brokers);
        Runtime.getRuntime().addShutdownHook(new Thread(infra::closeAndDeleteData));
        return new OwnSystem(folder, infra, name + System.nanoTime() + "_");
    }

    /** Starts the services with these settings in addition to the addresses of broker and database. */
    OwnSystem launch(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("saga.database.address", proxy.address());
        var plan = new Plan(ONE_EACH, false, prefix, all, Jvm.SHORT_LIVED);
        stack = LocalStack.start(infra, plan, folder.resolve("logs"), line -> {});
        Runtime.getRuntime().addShutdownHook(new Thread(stack::close));
        return this;
    }

    LocalStack stack() {
        return stack;
    }

    SagaClient client() {
        return stack.client();
    }

    ServiceProcess instance(Participant service) {
        return stack.instances(service).getFirst();
    }

    /** Executes a statement as the database's administrator. */
    void sql(String statement) {
        try (Connection server = administrator();
                Statement sql = server.createStatement()) {
            sql.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Executes a query as the database's administrator and returns its number. */
    long number(String query) {
        try (Connection server = administrator();
                Statement sql = server.createStatement();
                ResultSet rows = sql.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Connection administrator() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://" + infra.mariaDb() + "/", infra.mariaDbUser(), infra.mariaDbPassword());
    }

    /** Waits until nothing is under way and every record was consumed, then checks the invariants of the databases. */
    void assertSound(Duration patience) {
        var invariants = new Invariants(stack.databases());
        await("everything at rest")
                .atMost(patience)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .untilAsserted(
                        () -> assertThat(invariants.moving(wire.reader())).isEmpty());
        assertThat(invariants.violations()).isEmpty();
    }

    @Override
    public void close() {
        if (stack != null) {
            stack.close();
        }
        proxy.close();
        infra.closeAndDeleteData();
    }
}
