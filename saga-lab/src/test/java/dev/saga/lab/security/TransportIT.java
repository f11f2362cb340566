package dev.saga.lab.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.saga.event.Topic;
import dev.saga.events.Participant;
import dev.saga.events.ShopTopic;
import dev.saga.events.StockLevel;
import dev.saga.lab.fixture.Certificates;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient.Answer;
import dev.saga.lab.stack.Jvm;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.Plan;
import dev.saga.local.Infra;
import dev.saga.local.KafkaBroker;
import dev.saga.local.MariaDbServer;
import dev.saga.local.Ports;
import dev.saga.local.Secrets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the services on a Kafka with SASL over TLS and the access rules of docs/operate/transport.md, and on a MariaDB that
 * accepts only TLS. Both have a certificate for 127.0.0.1.
 */
@Order(RunningSystem.ALONE)
class TransportIT {
    private static final String LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required ";
    private static final String PASSWORD = Secrets.password();

    @TempDir
    private static Path folder;

    private static final List<Runnable> STARTED = new ArrayList<>();

    private static Certificates certificates;
    private static KafkaBroker broker;
    private static MariaDbServer database;
    private static LocalStack stack;

    @BeforeAll
    static void start() throws Exception {
        certificates = Certificates.make(folder);
        broker = KafkaBroker.startCluster(folder.resolve("kafka"), 1, Ports.any(), brokerSettings())
                .getFirst();
        STARTED.add(broker::stop);
        database = MariaDbServer.start(
                folder.resolve("mariadb"),
                Ports.any(),
                List.of(
                        "--ssl=1",
                        "--ssl-cert=" + certificates.certificate(),
                        "--ssl-key=" + certificates.key(),
                        "--require-secure-transport=1"));
        STARTED.add(database::stop);
        allow();
        stack = LocalStack.start(infra(), plan(), folder.resolve("logs"), line -> {});
        STARTED.add(stack::close);
    }

    /** Stops everything in reverse order. A process whose start failed ends together with this one. */
    @AfterAll
    static void stop() {
        STARTED.reversed().forEach(Runnable::run);
    }

    @Test
    void sagasRunOverEncryptedConnectionsWithAUserForEachService() {
        stack.client().stock("SAFE", 10, 5);
        Answer paid = stack.client().submitAndWait("ann", "{\"productId\":\"SAFE\",\"qty\":2}");
        assertThat(paid.text("status")).isEqualTo("CONFIRMED");
        Answer tooMuch = stack.client().submitAndWait("ann", "{\"productId\":\"SAFE\",\"qty\":9}");
        assertThat(tooMuch.text("cancelReason")).isEqualTo("OUT_OF_STOCK");
    }

    @Test
    void aProducerWithoutCredentialsIsRefused() {
        assertRefused(Map.of(), TimeoutException.class);
        Map<String, Object> tlsOnly = new HashMap<>(client("nobody", PASSWORD));
        tlsOnly.put("security.protocol", "SSL");
        assertRefused(tlsOnly, TimeoutException.class);
        assertRefused(client("payment-svc", "guessed"), SaslAuthenticationException.class);
    }

    @Test
    void inventorySvcsUserCannotPublishToPaymentOrOrder() {
        assertRefused(client("inventory-svc", PASSWORD), TopicAuthorizationException.class);
        assertThatThrownBy(() -> put(client("inventory-svc", PASSWORD), ShopTopic.ORDER))
                .hasRootCauseInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    void theDatabaseRefusesConnectionsWithoutTls() {
        String url = "jdbc:mariadb://" + database.address() + "/mysql?sslMode=disable";
        assertThatThrownBy(() -> DriverManager.getConnection(url, "root", database.password())
                        .close())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("insecure transport");
    }

    private static void assertRefused(Map<String, Object> settings, Class<? extends Throwable> reason) {
        assertThatThrownBy(() -> put(settings, ShopTopic.PAYMENT))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(reason);
    }

    private static void put(Map<String, Object> settings, Topic topic) throws Exception {
        Map<String, Object> all = new HashMap<>(settings);
        all.putAll(Map.of("bootstrap.servers", broker.address(), "max.block.ms", 5_000));
        try (var producer = new KafkaProducer<>(all, new StringSerializer(), new StringSerializer())) {
            String saga = UUID.randomUUID().toString();
            producer.send(new ProducerRecord<>(topic.text(), saga, "{}")).get();
        }
    }

    /** Creates the topics and the access rules of the table in docs/operate/transport.md. */
    private static void allow() throws Exception {
        try (Admin admin = Admin.create(client("admin", PASSWORD))) {
            String stock = StockLevel.TYPE.topic().text();
            admin.createTopics(Stream.concat(Arrays.stream(ShopTopic.values()).map(Topic::text), Stream.of(stock))
                            .map(topic -> new NewTopic(topic, 3, (short) 1))
                            .toList())
                    .all()
                    .get();
            List<AclBinding> rules = new ArrayList<>();
            for (ShopTopic topic : ShopTopic.values()) {
                for (Participant service : Participant.values()) {
                    AclOperation own = topic.name().equals(service.name()) ? AclOperation.WRITE : AclOperation.READ;
                    rules.add(rule(service, ResourceType.TOPIC, topic.text(), own));
                }
            }
            rules.add(rule(Participant.INVENTORY, ResourceType.TOPIC, stock, AclOperation.WRITE));
            rules.add(rule(Participant.ORDER, ResourceType.TOPIC, stock, AclOperation.READ));
            for (Participant service : Participant.values()) {
                rules.add(rule(service, ResourceType.GROUP, service.text(), AclOperation.READ));
            }
            admin.createAcls(rules).all().get();
        }
    }

    private static AclBinding rule(Participant service, ResourceType type, String name, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry("User:" + service.text(), "*", operation, AclPermissionType.ALLOW));
    }

    private static Map<String, Object> client(String user, String password) {
        return Map.of(
                "bootstrap.servers",
                broker.address(),
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                LOGIN + "username=\"" + user + "\" password=\"" + password + "\";",
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                certificates.authority().toString());
    }

    private static Map<String, String> brokerSettings() {
        String users = Arrays.stream(Participant.values())
                .map(service -> " user_" + service.text() + "=\"" + PASSWORD + "\"")
                .collect(Collectors.joining());
        String login =
                LOGIN + "username=\"admin\" password=\"" + PASSWORD + "\" user_admin=\"" + PASSWORD + "\"" + users;
        Map<String, String> settings = new HashMap<>(Map.of(
                "listener.security.protocol.map", "CONTROLLER:PLAINTEXT,CLIENTS:SASL_SSL",
                "sasl.enabled.mechanisms", "PLAIN",
                "sasl.mechanism.inter.broker.protocol", "PLAIN",
                "listener.name.clients.plain.sasl.jaas.config", login + ";",
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users", "User:admin;User:ANONYMOUS"));
        settings.putAll(Map.of(
                "ssl.keystore.type", "PKCS12",
                "ssl.keystore.location", certificates.keyStore().toString(),
                "ssl.keystore.password", certificates.password(),
                "ssl.truststore.type", "PEM",
                "ssl.truststore.location", certificates.authority().toString()));
        return settings;
    }

    private static Plan plan() {
        Map<String, String> settings = new HashMap<>();
        client("${spring.application.name}", PASSWORD)
                .forEach((key, value) -> settings.put("saga.delivery.kafka." + key, value.toString()));
        settings.put("saga.database.tls", "verify-full");
        settings.put("saga.database.ca", certificates.authority().toString());
        return new Plan(Plan.each(1), false, "", settings, Jvm.OFTEN_STARTED);
    }

    private static Infra infra() {
        return new Infra() {
            @Override
            public String kafka() {
                return broker.address();
            }

            @Override
            public String mariaDb() {
                return database.address();
            }

            @Override
            public String mariaDbUser() {
                return "root";
            }

            @Override
            public String mariaDbPassword() {
                return database.password();
            }

            @Override
            public String mariaDbOptions() {
                return "?sslMode=verify-full&serverSslCert=" + certificates.authority();
            }

            @Override
            public void close() {}
        };
    }
}
