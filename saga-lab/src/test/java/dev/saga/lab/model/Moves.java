package dev.saga.lab.model;

import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.Participant;
import dev.saga.lab.model.Participants.Outcome;
import dev.saga.lab.model.Participants.Shelf;
import dev.saga.lab.model.World.Bag;
import dev.saga.lab.model.World.Bank;
import dev.saga.lab.model.World.Delivery;
import dev.saga.lab.model.World.Job;
import dev.saga.order.domain.Order;
import dev.saga.order.domain.Progress;
import dev.saga.payment.domain.ChargeOutcome;
import dev.saga.payment.domain.Claim;
import dev.saga.payment.domain.GatewayTask;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.domain.PaymentStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Everything that can happen next in a state. */
final class Moves {
    private static final ChargeOutcome APPROVED = new ChargeOutcome.Approved("p");
    private static final ChargeOutcome DECLINED = new ChargeOutcome.Declined("no", false);
    private static final ChargeOutcome DECLINED_IN_DOUBT = new ChargeOutcome.Declined("no", true);
    private static final ChargeOutcome DOWN = new ChargeOutcome.Unavailable("down", false);
    private static final ChargeOutcome IN_DOUBT = new ChargeOutcome.Unavailable("time-out", true);

    /**
     * A move and the state that it leads to.
     *
     * @param byUser true if only a user can make the move, so no saga may depend on it
     */
    record Move(String name, World to, boolean byUser) {
        Move(String name, World to) {
            this(name, to, false);
        }
    }

    private final Participants participants;

    Moves(Participants participants) {
        this.participants = participants;
    }

    List<Move> from(World world) {
        var moves = new ArrayList<Move>();
        for (Delivery delivery : world.bag().deliveries()) {
            moves.add(new Move(delivery.toString(), deliver(world, delivery)));
            if (delivery.to() == Participant.PAYMENT) {
                takeBacks(world, delivery, moves);
            }
        }
        moves.add(new Move("all topics are lost", world.withBag(Bag.EMPTY)));
        deadline(world, moves);
        userCancels(world, moves);
        takeUps(world, moves);
        world.jobs().stream().distinct().forEach(job -> job(world, job, moves));
        moves.removeIf(move -> move.to().equals(world));
        return moves;
    }

    private World deliver(World world, Delivery delivery) {
        return switch (delivery.to()) {
            case ORDER -> {
                Outcome<Order> o = participants.orderConsumes(world.order(), delivery.event());
                yield world.withOrder(o.state(), o.events());
            }
            case INVENTORY -> {
                Outcome<Shelf> o = delivery.event() instanceof OrderEvent.Created created
                        ? participants.created(world.shelf(), created)
                        : participants.cancelled(world.shelf(), (OrderEvent.Cancel) delivery.event());
                yield world.withShelf(o.state(), o.events());
            }
            case PAYMENT -> {
                Outcome<Payment> o = delivery.event() instanceof InventoryEvent.Reserved reserved
                        ? participants.reserved(world.payment(), reserved)
                        : participants.cancelled(world.payment(), (OrderEvent.Cancel) delivery.event());
                yield world.withPayment(o.state(), o.events());
            }
        };
    }

    private void deadline(World world, List<Move> moves) {
        if (!world.order().status().isFinal()) {
            Outcome<Order> o = participants.overdue(world.order());
            moves.add(new Move("deadline", world.withOrder(forgetful(o.state()), o.events())));
        }
    }

    /**
     * Resets the nudges of a CANCELLING order. Their number has no bound, and only the length of a pause depends on it.
     */
    private static Order forgetful(Order o) {
        return o.status() != dev.saga.order.domain.OrderStatus.CANCELLING
                ? o
                : o.with(new Progress(o.status(), o.cancelReason(), o.progress().undone(), 0));
    }

    private void userCancels(World world, List<Move> moves) {
        Outcome<Order> o = participants.userCancels(world.order());
        moves.add(new Move("user cancels", world.withOrder(o.state(), o.events()), true));
    }

    /**
     * Adds the moves in which an instance claims a charge, or a sweep takes it up after the lease of another instance. A
     * charge that is called right after its claim needs no move of its own: it equals a charge that is checked first,
     * when no cancel comes in between.
     */
    private void takeUps(World world, List<Move> moves) {
        Payment payment = world.payment();
        if (payment == null
                || payment.task() == GatewayTask.NOTHING
                || world.jobs().size() > 1) {
            return;
        }
        boolean authorizing = payment.status() == PaymentStatus.AUTHORIZING;
        if (!authorizing
                && world.jobs().isEmpty()
                && !payment.inDoubt()
                && !world.bank().closed()) {
            moves.add(new Move("REFUND begins", withNewJob(world, payment)));
        }
        String how = payment.claim() == Claim.NONE && authorizing ? " claimed" : " taken up by another";
        moves.add(new Move(payment.task() + how, withNewJob(world, participants.takenUp(payment, false))));
        if (authorizing) {
            World tooOld = withNewJob(world, participants.takenUp(payment, true));
            moves.add(new Move(payment.task() + how + ", too old", tooOld));
        }
    }

    private static World withNewJob(World world, Payment payment) {
        var jobs = new ArrayList<>(world.jobs());
        jobs.add(new Job(payment.task(), false, null));
        return world.withPayment(payment, List.of()).withJobs(jobs);
    }

    private void job(World world, Job job, List<Move> moves) {
        if (job.called()) {
            moves.add(new Move(job.task() + " settled", settle(withoutJob(world, job), job)));
        } else if (job.task() == GatewayTask.REFUND) {
            Bank books = new Bank(world.bank().taken(), world.bank().taken(), true);
            moves.add(new Move("gateway refunds", afterCall(world.withBank(books), job, null)));
        } else if (participants.mayBeCharged(Objects.requireNonNull(world.payment()))) {
            charges(world, job, moves);
        } else {
            Outcome<Payment> o = participants.withdrawn(Objects.requireNonNull(world.payment()));
            World withdrawn = withoutJob(world, job).withPayment(o.state(), o.events());
            moves.add(new Move("CHARGE withdrawn", withdrawn));
        }
        moves.add(new Move(job.task() + " dies with its instance", withoutJob(world, job)));
    }

    /** Adds the move in which the instance that handles the cancel still has the charge in its memory, not yet called. */
    private void takeBacks(World world, Delivery delivery, List<Move> moves) {
        Payment payment = world.payment();
        var waiting = new Job(GatewayTask.CHARGE, false, null);
        if (payment != null
                && delivery.event() instanceof OrderEvent.Cancel cancel
                && world.jobs().contains(waiting)) {
            Outcome<Payment> o = participants.cancelledWhileItWaits(payment, cancel);
            moves.add(new Move(
                    delivery + ", which takes the charge back",
                    withoutJob(world, waiting).withPayment(o.state(), o.events())));
        }
    }

    /**
     * Adds the possible outcomes of a charge. The gateway charges a key at most once and remembers it. If it took nothing,
     * a later call may still charge.
     */
    private static void charges(World world, Job job, List<Move> moves) {
        Bank books = world.bank();
        World taken = world.withBank(new Bank(1, books.returned(), books.closed()));
        if (books.closed()) {
            moves.add(new Move("gateway declines a closed key", afterCall(world, job, DECLINED)));
            return;
        }
        moves.add(new Move("gateway approves", afterCall(taken, job, APPROVED)));
        moves.add(new Move("gateway takes the money, its answer is lost", afterCall(taken, job, IN_DOUBT)));
        moves.add(new Move("gateway takes the money, then declines", afterCall(taken, job, DECLINED_IN_DOUBT)));
        if (books.taken() == 0) {
            moves.add(new Move("gateway declines", afterCall(world, job, DECLINED)));
            moves.add(new Move("gateway is down", afterCall(world, job, DOWN)));
            moves.add(new Move("gateway gets no request, the call times out", afterCall(world, job, IN_DOUBT)));
        }
    }

    private World settle(World world, Job job) {
        Payment payment = Objects.requireNonNull(world.payment());
        ChargeOutcome answer = job.answer();
        Outcome<Payment> o = answer == null ? participants.refunded(payment) : participants.charged(payment, answer);
        return world.withPayment(o.state(), o.events());
    }

    private static World afterCall(World world, Job job, @org.jspecify.annotations.Nullable ChargeOutcome answer) {
        var jobs = new ArrayList<>(world.jobs());
        jobs.remove(job);
        jobs.add(new Job(job.task(), true, answer));
        return world.withJobs(jobs);
    }

    private static World withoutJob(World world, Job job) {
        var jobs = new ArrayList<>(world.jobs());
        jobs.remove(job);
        return world.withJobs(jobs);
    }
}
