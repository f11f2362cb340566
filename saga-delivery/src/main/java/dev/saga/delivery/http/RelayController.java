package dev.saga.delivery.http;

import dev.saga.delivery.audit.Operator;
import dev.saga.delivery.lease.RelayDesk;
import dev.saga.web.problem.Problem;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** HTTP routes on which operators see, pause and resume the relays of a service. */
@RestController
@RequestMapping(path = "/relay", produces = MediaType.APPLICATION_JSON_VALUE)
final class RelayController {
    private final RelayDesk desk;

    RelayController(RelayDesk desk) {
        this.desk = desk;
    }

    /** @param oldestMillis age of the oldest event in the shard; null if it has none */
    record Shard(
            int shard,
            @Nullable String leader,
            @Nullable Instant leadsSince,
            long depth,
            @Nullable Long oldestMillis,
            boolean paused) {
        static Shard of(RelayDesk.Shard shard) {
            return new Shard(
                    shard.shard(),
                    shard.leader(),
                    shard.leadsSince(),
                    shard.depth(),
                    shard.oldest() == null ? null : shard.oldest().toMillis(),
                    shard.paused());
        }
    }

    /** @param reason why, at most 500 characters; instead of the header {@code X-Reason} */
    record Change(@Nullable String reason) {}

    @GetMapping
    Mono<List<Shard>> list() {
        return listed(desk.shards());
    }

    @PostMapping("/pause")
    Mono<List<Shard>> pause(@RequestBody(required = false) @Nullable Change change) {
        return because(change, desk.pause());
    }

    @PostMapping("/resume")
    Mono<List<Shard>> resume(@RequestBody(required = false) @Nullable Change change) {
        return because(change, desk.resume());
    }

    private static Mono<List<Shard>> because(@Nullable Change change, Mono<List<RelayDesk.Shard>> command) {
        String reason = change == null || change.reason() == null
                ? null
                : change.reason().strip();
        if (reason != null && reason.length() > Operator.LONGEST_REASON) {
            throw Problem.invalid("reason", "must have at most " + Operator.LONGEST_REASON + " characters");
        }
        return listed(command)
                .contextWrite(
                        context -> Operator.withReason(context, reason == null || reason.isEmpty() ? null : reason));
    }

    private static Mono<List<Shard>> listed(Mono<List<RelayDesk.Shard>> shards) {
        return shards.map(all -> all.stream().map(Shard::of).toList());
    }
}
