package dev.saga.lab.bench;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.saga.local.process.StartFailure;
import dev.saga.testing.TestInfra;
import org.junit.jupiter.api.Test;

class EndingsIT {
    @Test
    void reportsAMissingTopic() {
        String kafka = TestInfra.get().kafka();

        assertThatThrownBy(() -> new Endings(kafka, "nobodys"))
                .isInstanceOf(StartFailure.class)
                .hasMessage("Kafka at " + kafka + " has no topic nobodys.");
    }
}
