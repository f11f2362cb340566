package dev.saga.delivery.outbox;

import dev.saga.delivery.outbox.EventSender.Outgoing;
import dev.saga.delivery.work.LogLimit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.kafka.sender.SenderResult;

/**
 * The events that are sent together, with their results. A result that arrives after the end of the round belongs to a
 * late send.
 */
final class SendRound {
    private static final Logger LOG = LoggerFactory.getLogger(SendRound.class);

    private final LateSends late;
    private final List<Outgoing> events = new ArrayList<>();
    private final Set<Outgoing> acknowledged = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Outgoing> settled = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean over;
    private boolean finished;

    SendRound(LateSends late) {
        this.late = late;
    }

    /** Adds an event to send. */
    void add(Outgoing event) {
        events.add(event);
    }

    /** Marks an event as acknowledged because of an earlier send; it is not sent again. */
    synchronized void acknowledge(Outgoing event) {
        acknowledged.add(event);
    }

    /** Returns the events to send. */
    List<Outgoing> events() {
        return events;
    }

    /** Stores the result of a send. */
    synchronized void settle(SenderResult<Outgoing> result) {
        Outgoing event = result.correlationMetadata();
        boolean stored = isAcknowledged(result);
        settled.add(event);
        if (over) {
            late.settle(event, stored);
        } else if (stored) {
            acknowledged.add(event);
        }
    }

    /** Ends the results: an event without a result has failed. */
    synchronized void finish() {
        finished = true;
        if (over) {
            unsettled().forEach(event -> late.settle(event, false));
        }
    }

    private List<Outgoing> unsettled() {
        return events.stream().filter(event -> !settled.contains(event)).toList();
    }

    /** Ends the round. Events without a result become late. Returns the acknowledged events. */
    synchronized Set<Outgoing> end() {
        over = true;
        if (!finished) {
            late.add(unsettled());
        }
        return acknowledged;
    }

    private static boolean isAcknowledged(SenderResult<Outgoing> result) {
        if (result.exception() != null) {
            LogLimit.FAILURES.log(leftOut -> LOG.warn(
                    "event not sent transaction_id={} reason=\"{}\" lines_left_out={}",
                    result.correlationMetadata().key(),
                    result.exception().toString(),
                    leftOut));
        }
        return result.exception() == null;
    }
}
