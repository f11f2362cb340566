package dev.saga.lab.chaos;

import dev.saga.events.Participant;
import dev.saga.lab.probe.SagaClient.Answer;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Operators who use every command at once while the system runs. Calls that get no response are sent again. */
final class Operators {
    private static final int SAGAS = 10;
    private static final int TRIES = 120;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);
    private static final Set<Integer> AUDITED = Set.of(200, 202, 409);
    private static final String REASON = "{\"reason\":\"chaos\"}";

    private final LocalStack stack;
    private final Set<String> tried = ConcurrentHashMap.newKeySet();
    private final Set<String> cancelled = ConcurrentHashMap.newKeySet();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();

    Operators(LocalStack stack) {
        this.stack = stack;
    }

    /** Pauses a service's relay. Cancels and nudges open sagas and replays all dead letters before it is resumed. */
    void act(Participant service, Duration paused) {
        change(service, "/relay/pause", REASON);
        Pause.of(paused);
        List<String> open = openSagas();
        open.stream().limit(SAGAS).forEach(this::cancel);
        open.stream().skip(SAGAS).forEach(saga -> change(Participant.ORDER, "/sagas/" + saga + "/nudge", null));
        for (Participant holder : Participant.values()) {
            call(holder, "POST", "/dead-letters/replay", "{\"dryRun\":false}", uncounted());
        }
        change(service, "/relay/resume", REASON);
    }

    private List<String> openSagas() {
        List<String> open = new ArrayList<>();
        Answer list = call(Participant.ORDER, "GET", "/sagas?limit=" + 2 * SAGAS, null, uncounted());
        for (JsonNode saga : list.expect(200).body()) {
            open.add(saga.path("transactionId").asString());
        }
        return open;
    }

    private void cancel(String saga) {
        tried.add(saga);
        if (change(Participant.ORDER, "/sagas/" + saga + "/cancel", REASON).status() == 202) {
            cancelled.add(saga);
        }
    }

    /** Sends a command that the audit records. */
    private Answer change(Participant service, String path, @Nullable String body) {
        Answer answer = call(service, "POST", path, body, sent);
        if (AUDITED.contains(answer.status())) {
            answered.incrementAndGet();
        }
        return answer;
    }

    private static AtomicInteger uncounted() {
        return new AtomicInteger();
    }

    /** Sends a call to one instance after the other until one responds with anything but a 5xx. */
    private Answer call(Participant service, String method, String path, @Nullable String body, AtomicInteger counted) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            try {
                counted.incrementAndGet();
                Answer answer = stack.client(attempt % 2).call(service, method, path, body);
                if (answer.status() < 500) {
                    return answer;
                }
            } catch (RuntimeException away) {
                // The next instance is asked.
            }
            Pause.of(BETWEEN_TRIES);
        }
        throw new IllegalStateException("no instance of " + service.text() + " accepts " + method + " " + path);
    }

    /** Returns true if an operator tried to cancel this order, with or without success. */
    boolean triedToCancel(String order) {
        return tried.contains(order);
    }

    /** Returns the orders whose cancel was accepted. */
    Set<String> cancelled() {
        return cancelled;
    }

    /** Returns the commands that got a response which says that they are in the audit. */
    int answered() {
        return answered.get();
    }

    /** Returns the commands that were sent, repetitions included. */
    int sent() {
        return sent.get();
    }
}
