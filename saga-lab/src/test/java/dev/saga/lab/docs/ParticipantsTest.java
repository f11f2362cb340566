package dev.saga.lab.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.events.Participant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that files which cannot read {@link Participant} know every participant. */
class ParticipantsTest {
    private static final Path HOME = Path.of("..");

    @ParameterizedTest
    @EnumSource(Participant.class)
    void composeStartsTheServiceAndItsGatewayKnowsIt(Participant service) throws IOException {
        assertThat(read("compose/compose.yaml"))
                .contains("\n  " + service.text() + ":\n")
                .contains("--saga.gateway.instances." + service.route() + "=http://" + service.text() + ":");
        assertThat(read("compose/compose.yaml")).containsPattern("SAGA_HTTP_HOSTS: .*" + service.text());
        assertThat(read("compose/.env.example"))
                .contains(service.name() + "_DB_PASSWORD=", service.name() + "_MIGRATION_PASSWORD=");
        assertThat(read(".dockerignore")).contains("!" + service.text() + "/target/" + service.text() + ".jar");
    }

    @ParameterizedTest
    @EnumSource(Participant.class)
    void thePagesOfArchitectureAndTransportNameTheService(Participant service) throws IOException {
        assertThat(read("docs/understand/architecture.md")).contains(service.text(), service.schema());
        assertThat(read("docs/operate/transport.md")).contains(service.text());
    }

    @ParameterizedTest
    @EnumSource(Participant.class)
    void theServiceListensOnThePortOfTheContractAndHasItsName(Participant service) throws IOException {
        assertThat(read(service.text() + "/src/main/resources/application.yaml"))
                .contains("name: " + service.text())
                .contains("port: " + service.port());
    }

    private static String read(String path) throws IOException {
        return Files.readString(HOME.resolve(path));
    }
}
