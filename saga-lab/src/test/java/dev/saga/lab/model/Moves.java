package dev.saga.lab.model;

import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.lab.model.Participants.Outcome;
import dev.saga.lab.model.Participants.Shelf;
import dev.saga.lab.model.World.Bag;
import dev.saga.lab.model.World.Bank;
import dev.saga.lab.model.World.Delivery;
import dev.saga.lab.model.World.Job;
import dev.saga.order.domain.Order;
import dev.saga.payment.domain.ChargeOutcome;
import dev.saga.payment.domain.Claim;
import dev.saga.payment.domain.GatewayTask;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.domain.PaymentStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** All that can happen next. */
final class Moves {
    private static final ChargeOutcome APPROVED = new ChargeOutcome.Approved("p");
    private static final ChargeOutcome DECLINED = new ChargeOutcome.Declined("no", false);
    private static final ChargeOutcome DECLINED_IN_DOUBT = new ChargeOutcome.Declined("no", true);
    private static final ChargeOutcome DOWN = new ChargeOutcome.Unavailable("down", false);
    private static final ChargeOutcome IN_DOUBT = new ChargeOutcome.Unavailable("time-out", true);

    /**
     * A move and where it leads.
     *
     * @param byUser whether it takes a person, who may never come
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
            moves.add(new Move(delivery.toString(), heard(world, delivery)));
            if (delivery.to() == World.Service.PAYMENT) {
                takeBacks(world, delivery, moves);
            }
        }
        moves.add(new Move("all topics are lost", world.withBag(Bag.EMPTY)));
        deadline(world, moves);
        userCancels(world, moves);
        pickUps(world, moves);
        world.jobs().stream().distinct().forEach(job -> job(world, job, moves));
        moves.removeIf(move -> move.to().equals(world));
        return moves;
    }

    private World heard(World world, Delivery delivery) {
        return switch (delivery.to()) {
            case ORDER -> {
                Outcome<Order> o = participants.orderHears(world.order(), delivery.event());
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

    /** Nudges of a CANCELLING order are counted without end; nothing but the length of a pause depends on it. */
    private static Order forgetful(Order o) {
        return o.status() != dev.saga.order.domain.OrderStatus.CANCELLING
                ? o
                : new Order(
                        o.id(),
                        o.userId(),
                        o.lines(),
                        o.paymentToken(),
                        o.status(),
                        o.cancelReason(),
                        o.totalPrice(),
                        o.inventoryUndone(),
                        o.paymentUndone(),
                        0,
                        o.createdAt(),
                        o.updatedAt());
    }

    private void userCancels(World world, List<Move> moves) {
        Outcome<Order> o = participants.userCancels(world.order());
        moves.add(new Move("user cancels", world.withOrder(o.state(), o.events()), true));
    }

    /**
     * A charge is claimed by one instance, and taken up by a sweep when that one's lease is over. A claim that is asked for
     * at once is a claim that was checked right before: no cancel comes in between.
     */
    private void pickUps(World world, List<Move> moves) {
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
            moves.add(new Move("REFUND begins", begun(world, payment)));
        }
        String how = payment.claim() == Claim.NONE && authorizing ? " claimed" : " taken up by another";
        moves.add(new Move(payment.task() + how, begun(world, participants.takenUp(payment, false))));
        if (authorizing) {
            moves.add(new Move(payment.task() + how + ", too old", begun(world, participants.takenUp(payment, true))));
        }
    }

    private static World begun(World world, Payment payment) {
        var jobs = new ArrayList<>(world.jobs());
        jobs.add(new Job(payment.task(), false, null));
        return world.withPayment(payment, List.of()).withJobs(jobs);
    }

    private void job(World world, Job job, List<Move> moves) {
        if (job.asked()) {
            moves.add(new Move(job.task() + " settled", settled(ended(world, job), job)));
        } else if (job.task() == GatewayTask.REFUND) {
            Bank books = new Bank(world.bank().taken(), world.bank().taken(), true);
            moves.add(new Move("gateway refunds", asked(world.withBank(books), job, null)));
        } else if (participants.mayBeCharged(Objects.requireNonNull(world.payment()))) {
            charges(world, job, moves);
        } else {
            Outcome<Payment> o = participants.withdrawn(Objects.requireNonNull(world.payment()));
            moves.add(new Move("CHARGE withdrawn", ended(world, job).withPayment(o.state(), o.events())));
        }
        moves.add(new Move(job.task() + " dies with its instance", ended(world, job)));
    }

    /** The instance that handles the cancel has the charge waiting in its memory. */
    private void takeBacks(World world, Delivery delivery, List<Move> moves) {
        Payment payment = world.payment();
        var waiting = new Job(GatewayTask.CHARGE, false, null);
        if (payment != null
                && delivery.event() instanceof OrderEvent.Cancel cancel
                && world.jobs().contains(waiting)) {
            Outcome<Payment> o = participants.cancelledWhileItWaits(payment, cancel);
            moves.add(new Move(
                    delivery + ", which takes the charge back",
                    ended(world, waiting).withPayment(o.state(), o.events())));
        }
    }

    /** The gateway does a key once and remembers what it took; what it did not take it may take when asked again. */
    private static void charges(World world, Job job, List<Move> moves) {
        Bank books = world.bank();
        World taken = world.withBank(new Bank(1, books.returned(), books.closed()));
        if (books.closed()) {
            moves.add(new Move("gateway declines a closed key", asked(world, job, DECLINED)));
            return;
        }
        moves.add(new Move("gateway approves", asked(taken, job, APPROVED)));
        moves.add(new Move("gateway takes the money, its answer is lost", asked(taken, job, IN_DOUBT)));
        moves.add(new Move("gateway takes the money unheard, then declines", asked(taken, job, DECLINED_IN_DOUBT)));
        if (books.taken() == 0) {
            moves.add(new Move("gateway declines", asked(world, job, DECLINED)));
            moves.add(new Move("gateway is down", asked(world, job, DOWN)));
            moves.add(new Move("gateway does not hear", asked(world, job, IN_DOUBT)));
        }
    }

    private World settled(World world, Job job) {
        Payment payment = Objects.requireNonNull(world.payment());
        ChargeOutcome answer = job.answer();
        Outcome<Payment> o = answer == null ? participants.refunded(payment) : participants.charged(payment, answer);
        return world.withPayment(o.state(), o.events());
    }

    private static World asked(World world, Job job, @org.jspecify.annotations.Nullable ChargeOutcome answer) {
        var jobs = new ArrayList<>(world.jobs());
        jobs.remove(job);
        jobs.add(new Job(job.task(), true, answer));
        return world.withJobs(jobs);
    }

    private static World ended(World world, Job job) {
        var jobs = new ArrayList<>(world.jobs());
        jobs.remove(job);
        return world.withJobs(jobs);
    }
}
