package dev.saga.lab.ops;

import tools.jackson.databind.JsonNode;

/** The sum of the responses to a bulk replay, which comes in pages. */
final class Replay {
    static final String[] FIELDS = {"transactionId", "firstId", "letters", "replayed", "stoppedAt", "reason"};

    private int sagas;
    private long letters;
    private long replayed;
    private int stopped;

    /** Adds a page. Returns the {@code after} of the next page; 0 if this was the last one. */
    long add(JsonNode page) {
        sagas += page.path("sagas").size();
        letters += page.path("letters").asLong();
        replayed += page.path("replayed").asLong();
        stopped += (int) page.path("sagas")
                .valueStream()
                .filter(saga -> !saga.path("stoppedAt").isNull())
                .count();
        return page.path("next").asLong(0);
    }

    /** Returns true if a letter failed again. */
    boolean stopped() {
        return stopped > 0;
    }

    String progress() {
        return "%,d sagas so far, %,d letters replayed, %,d sagas stopped at a letter that failed again"
                .formatted(sagas, replayed, stopped);
    }

    /** @param next the {@code after} of a page that was not asked for; 0 if there is none */
    String summary(boolean applied, long next) {
        String all = "%d letters of %d sagas; ".formatted(letters, sagas);
        return applied
                ? all + replayed + " replayed."
                : all + "nothing was done: repeat it with --apply."
                        + (next > 0 ? " More match: --after=" + next + " lists them." : "");
    }
}
