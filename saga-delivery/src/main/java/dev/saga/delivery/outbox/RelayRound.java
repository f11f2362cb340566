package dev.saga.delivery.outbox;

import java.util.List;

/**
 * The position from which a round of a relay reads.
 *
 * @param sent rows that were sent and are still stored
 * @param tidies if true, they are taken out first: they are many, or in the way, or there is nothing else to do
 */
record RelayRound(RelayCursor pass, List<Long> sent, boolean tidies) {
    static final RelayRound FIRST = new RelayRound(RelayCursor.START, List.of(), false);
}
