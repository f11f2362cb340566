package dev.saga.testing;

import dev.saga.local.Infra;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.mariadb.MariaDBContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** A broker and databases from the public images, started by Testcontainers; they end with the test JVM. */
final class ContainersInfra implements Infra {
    private final KafkaContainer kafka = new KafkaContainer(DockerImageName.parse("apache/kafka:4.2.1"))
            .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
            .withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0");
    private final MariaDBContainer mariaDb = new MariaDBContainer(DockerImageName.parse("mariadb:11.4"))
            .withUsername("root")
            .withPassword("containers")
            .withCommand("mariadbd", "--max-connections=400", "--innodb-buffer-pool-size=512M");

    private final PostgreSQLContainer postgreSql = new PostgreSQLContainer(DockerImageName.parse("postgres:18"))
            .withUsername("postgres")
            .withPassword("containers")
            .withCommand("postgres", "-c", "max_connections=400");

    /**
     * Checks that a Docker engine is available.
     *
     * @throws IllegalStateException if no Docker engine responds
     */
    static void requireEngine() {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            throw new IllegalStateException(
                    "-Dinfra=containers needs a running Docker engine. Start one, or omit the option.");
        }
    }

    static ContainersInfra start() {
        var infra = new ContainersInfra();
        Runtime.getRuntime().addShutdownHook(new Thread(infra::close));
        infra.kafka.start();
        infra.mariaDb.start();
        return infra;
    }

    @Override
    public String kafka() {
        return kafka.getBootstrapServers().replace("PLAINTEXT://", "");
    }

    @Override
    public String mariaDb() {
        return mariaDb.getHost() + ":" + mariaDb.getMappedPort(3306);
    }

    @Override
    public String mariaDbUser() {
        return mariaDb.getUsername();
    }

    @Override
    public String mariaDbPassword() {
        return mariaDb.getPassword();
    }

    /** Starts the server at its first use: most tests need none. */
    @Override
    public synchronized String postgreSql() {
        postgreSql.start();
        return postgreSql.getHost() + ":" + postgreSql.getMappedPort(5432);
    }

    @Override
    public String postgreSqlPassword() {
        return postgreSql.getPassword();
    }

    @Override
    public void close() {
        kafka.stop();
        postgreSql.stop();
        mariaDb.stop();
    }
}
