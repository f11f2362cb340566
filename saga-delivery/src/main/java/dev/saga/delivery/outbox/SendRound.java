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

/** Events that are sent together. Results that come after the round is over are those of late sends. */
final class SendRound {
    private static final Logger LOG = LoggerFactory.getLogger(SendRound.class);

    private final LateSends late;
    private final List<Outgoing> sent = new ArrayList<>();
    private final Set<Outgoing> acknowledged = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Outgoing> settled = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean over;
    private boolean finished;

    SendRound(LateSends late) {
        this.late = late;
    }

    /** Adds an event to those that are sent. */
    void add(Outgoing event) {
        sent.add(event);
    }

    /** An earlier send of this event has been acknowledged: it is not sent again. */
    synchronized void acknowledge(Outgoing event) {
        acknowledged.add(event);
    }

    /** The events to be sent. */
    List<Outgoing> sent() {
        return sent;
    }

    /** A send has its outcome. */
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

    /** No more results will come: what has none has failed. */
    synchronized void finish() {
        finished = true;
        if (over) {
            unsettled().forEach(event -> late.settle(event, false));
        }
    }

    private List<Outgoing> unsettled() {
        return sent.stream().filter(event -> !settled.contains(event)).toList();
    }

    /** The round is over: what has no outcome yet is late. Returns what was acknowledged. */
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
