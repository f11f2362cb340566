package dev.saga.lab.model;

import dev.saga.lab.model.Moves.Move;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Visits every reachable state, breadth first: the first fault that it finds has the shortest history. */
final class Exploration {
    private static final int[] NONE = new int[0];

    /** A violated rule, and the steps that lead to it. */
    record Fault(String rule, List<String> history) {
        String summary() {
            return rule + ", after " + (history.size() - 2) + " steps";
        }

        @Override
        public String toString() {
            return rule + "\n" + String.join("\n", history);
        }
    }

    private final Moves moves;
    private final Judge judge;
    private final Map<World, Integer> numbers = new HashMap<>();
    private final List<World> states = new ArrayList<>();
    private final List<int[]> next = new ArrayList<>(); // a move that only a user can make is a loop
    private final List<String> reachedBy = new ArrayList<>();
    private int[] parents = new int[1024];
    private long transitions;
    private int atRest;

    Exploration(Participants participants, Judge judge) {
        this.moves = new Moves(participants);
        this.judge = judge;
    }

    int states() {
        return states.size();
    }

    long transitions() {
        return transitions;
    }

    int atRest() {
        return atRest;
    }

    /** Returns the final statuses of orders, each with its cancel reason. */
    Set<String> ends() {
        return states.stream()
                .filter(World::isAtRest)
                .map(world -> world.order().status() + " " + world.order().cancelReason())
                .collect(Collectors.toSet());
    }

    /** Returns the fault with the shortest history; empty if every state is sound and a final state can follow it. */
    Optional<Fault> explore(World start) {
        number(start, -1, "order placed");
        for (int state = 0; state < states.size(); state++) {
            Optional<Fault> fault = visit(state);
            if (fault.isPresent()) {
                return fault;
            }
        }
        return deadEnd();
    }

    private Optional<Fault> visit(int state) {
        World world = states.get(state);
        Optional<String> violation = judge.violation(world);
        if (violation.isPresent()) {
            return Optional.of(new Fault(violation.get(), history(state)));
        }
        List<Move> possible = moves.from(world);
        int[] reached = possible.isEmpty() ? NONE : new int[possible.size()];
        for (int i = 0; i < reached.length; i++) {
            Move move = possible.get(i);
            int number = number(move.to(), state, move.name());
            reached[i] = move.byUser() ? state : number;
            Optional<String> violationOfMove = judge.violation(world, move.to());
            if (violationOfMove.isPresent()) {
                return Optional.of(new Fault(violationOfMove.get(), history(number)));
            }
        }
        next.add(reached);
        transitions += reached.length;
        return Optional.empty();
    }

    private int number(World world, int parent, String move) {
        Integer known = numbers.putIfAbsent(world, states.size());
        if (known != null) {
            return known;
        }
        int number = states.size();
        states.add(world);
        reachedBy.add(move);
        parents = number < parents.length ? parents : Arrays.copyOf(parents, 2 * number);
        parents[number] = parent;
        return number;
    }

    /** Walks back from every state at rest. A state that it does not meet cannot become final by itself. */
    private Optional<Fault> deadEnd() {
        var ends = new BitSet(states.size());
        var queue = new ArrayDeque<Integer>();
        List<List<Integer>> previous = previous();
        for (int state = 0; state < states.size(); state++) {
            if (states.get(state).isAtRest()) {
                atRest++;
                ends.set(state);
                queue.add(state);
            }
        }
        for (Integer state = queue.poll(); state != null; state = queue.poll()) {
            for (int before : previous.get(state)) {
                if (!ends.get(before)) {
                    ends.set(before);
                    queue.add(before);
                }
            }
        }
        int lost = ends.nextClearBit(0);
        return lost == states.size()
                ? Optional.empty()
                : Optional.of(new Fault("from here the order cannot become final by itself", history(lost)));
    }

    private List<List<Integer>> previous() {
        List<List<Integer>> previous = new ArrayList<>(Collections.nCopies(states.size(), List.of()));
        for (int state = 0; state < next.size(); state++) {
            for (int reached : next.get(state)) {
                if (previous.get(reached).isEmpty()) {
                    previous.set(reached, new ArrayList<>(4));
                }
                previous.get(reached).add(state);
            }
        }
        return previous;
    }

    private List<String> history(int state) {
        var rows = new ArrayList<String>();
        for (int at = state; at >= 0; at = parents[at]) {
            rows.add(row(reachedBy.get(at), states.get(at)));
        }
        rows.add("%-46s %-11s %-13s %-22s %s".formatted("step", "order", "inventory", "payment", "money"));
        Collections.reverse(rows);
        return rows;
    }

    private static String row(String move, World world) {
        @Nullable Object reservation = world.shelf().reservation();
        String payment = world.payment() == null
                ? "-"
                : world.payment().status() + (world.payment().cancelled() ? " cancelled" : "");
        return "%-46s %-11s %-13s %-22s %d"
                .formatted(
                        move,
                        world.order().status(),
                        reservation == null ? "-" : reservation.getClass().getSimpleName(),
                        payment,
                        world.bank().net());
    }
}
