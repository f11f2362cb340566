package dev.saga.order.domain;

import dev.saga.events.Participant;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The participants that have undone their part of an order, or had no part. */
public record Undone(Set<Participant> participants) {
    static final Undone BY_NOBODY = new Undone(Set.of());
    static final Undone BY_ALL = new Undone(Participant.compensating());

    public Undone {
        participants = Set.copyOf(participants);
    }

    Undone with(Participant participant) {
        Set<Participant> more = EnumSet.of(participant);
        more.addAll(participants);
        return new Undone(more);
    }

    boolean isByAll() {
        return participants.containsAll(Participant.compensating());
    }

    /** Returns the participants' names for {@link #of}, for example {@code INVENTORY,PAYMENT}. */
    public String text() {
        return participants.stream().sorted().map(Enum::name).collect(Collectors.joining(","));
    }

    /** @throws IllegalArgumentException if a name is unknown */
    public static Undone of(String text) {
        return text.isEmpty()
                ? BY_NOBODY
                : new Undone(
                        Stream.of(text.split(",", -1)).map(Participant::valueOf).collect(Collectors.toSet()));
    }
}
