package dev.saga.payment.provider.simulated;

import dev.saga.delivery.work.Batcher;
import dev.saga.delivery.work.Ids;
import dev.saga.event.TransactionId;
import dev.saga.payment.domain.ChargeOutcome;
import dev.saga.payment.provider.PaymentGateway;
import dev.saga.payment.provider.simulated.GatewaySettings.Settings;
import dev.saga.payment.provider.simulated.SimulatedBooks.Entry;
import java.time.Duration;
import java.util.random.RandomGenerator;
import reactor.core.publisher.Mono;

/**
 * A gateway for demonstrations and tests. The token of an order or the configured mode decides the outcome, and
 * outcomes are stored.
 */
final class SimulatedGateway implements PaymentGateway {
    private static final Duration SLOW = Duration.ofSeconds(3);
    private static final ChargeOutcome DOWN = new ChargeOutcome.Unavailable("the gateway is unavailable", false);

    private final GatewaySettings settings;
    private final Batcher<Entry, Entry> books;
    private final SimulatedBooks refunds;
    private final Ids ids;
    private final RandomGenerator random;

    SimulatedGateway(
            GatewaySettings settings,
            Batcher<Entry, Entry> books,
            SimulatedBooks refunds,
            Ids ids,
            RandomGenerator random) {
        this.settings = settings;
        this.books = books;
        this.refunds = refunds;
        this.ids = ids;
        this.random = random;
    }

    @Override
    public Mono<ChargeOutcome> charge(Charge charge) {
        String token = charge.token() == null ? "" : charge.token().text();
        return switch (token) {
            case "tok_approve" -> storeOutcome(charge, true);
            case "tok_decline" -> storeOutcome(charge, false);
            case "tok_unavailable" -> Mono.just(DOWN);
            case "tok_slow" -> Mono.delay(SLOW).then(storeOutcome(charge, true));
            default -> settings.current().flatMap(now -> byMode(charge, now));
        };
    }

    private Mono<ChargeOutcome> byMode(Charge charge, Settings now) {
        Mono<ChargeOutcome> outcome = switch (now.mode()) {
            case APPROVE -> storeOutcome(charge, true);
            case DECLINE -> storeOutcome(charge, false);
            case UNAVAILABLE -> Mono.just(DOWN);
            case FLAKY -> fails(now) ? Mono.just(DOWN) : storeOutcome(charge, true);
        };
        return now.latencyMillis() == 0
                ? outcome
                : Mono.delay(Duration.ofMillis(now.latencyMillis())).then(outcome);
    }

    private boolean fails(Settings now) {
        return random.nextDouble() < now.failureRate();
    }

    private Mono<ChargeOutcome> storeOutcome(Charge charge, boolean approve) {
        var entry =
                new Entry(charge.key(), ids.next().toString(), charge.amount().minor(), approve, false);
        return books.submit(entry).map(SimulatedGateway::outcome);
    }

    private static ChargeOutcome outcome(Entry entry) {
        return entry.approved() && !entry.refunded()
                ? new ChargeOutcome.Approved(entry.paymentId())
                : new ChargeOutcome.Declined(entry.refunded() ? "reversed before" : "the card was declined", false);
    }

    @Override
    public Mono<Void> refund(TransactionId key) {
        return settings.current().flatMap(now -> {
            boolean down = now.mode() == GatewayMode.UNAVAILABLE || (now.mode() == GatewayMode.FLAKY && fails(now));
            return down ? Mono.error(new GatewayDown()) : refunds.refund(key);
        });
    }

    /** Signals that the simulated gateway failed a refund, which has to be retried. */
    private static final class GatewayDown extends RuntimeException {
        GatewayDown() {
            super("the gateway is unavailable", null, false, false);
        }
    }
}
