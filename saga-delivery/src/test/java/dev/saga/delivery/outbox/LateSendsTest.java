package dev.saga.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.delivery.outbox.EventSender.Outgoing;
import dev.saga.delivery.outbox.LateSends.Fate;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LateSendsTest {
    private final LateSends late = new LateSends();

    /** Returns an event as a relay reads it from the outbox: a new object each time. */
    private static Outgoing event(String saga, String says) {
        return new Outgoing("trips", saga, says.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anEventThatIsLateIsNotSentAgainUntilItsOutcomeIsKnown() {
        late.add(List.of(event("a", "1")));
        assertThat(late.fate(event("a", "1"))).isEqualTo(Fate.WAIT);
        assertThat(late.fate(event("b", "1"))).isEqualTo(Fate.SEND);
        assertThat(late.waiting()).hasSize(1);
    }

    @Test
    void isAcknowledgedOnceWhenItsOutcomeComes() {
        late.add(List.of(event("a", "1")));
        late.settle(event("a", "1"), true);
        assertThat(late.waiting()).isEmpty();
        assertThat(late.fate(event("a", "1"))).isEqualTo(Fate.ACKNOWLEDGED);
        assertThat(late.fate(event("a", "2"))).isEqualTo(Fate.SEND);
    }

    @Test
    void isSentAgainIfItFailed() {
        late.add(List.of(event("a", "1")));
        late.settle(event("a", "1"), false);
        assertThat(late.fate(event("a", "1"))).isEqualTo(Fate.SEND);
    }

    @Test
    void anotherEventOfItsSagaWaitsForIt() {
        late.add(List.of(event("a", "1")));
        assertThat(late.fate(event("a", "2"))).isEqualTo(Fate.WAIT);
    }
}
