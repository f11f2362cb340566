package dev.saga.delivery.http;

import dev.saga.delivery.inbox.DeadLetterDesk;
import dev.saga.web.Limits;
import dev.saga.web.problem.Problem;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** HTTP routes on which operators list, replay and discard dead letters. */
@RestController
@RequestMapping(path = "/dead-letters", produces = MediaType.APPLICATION_JSON_VALUE)
final class DeadLetterController {
    private static final int MOST = 200;

    private final DeadLetterDesk desk;
    private final BulkReplay bulk;

    DeadLetterController(DeadLetterDesk desk) {
        this.desk = desk;
        this.bulk = new BulkReplay(desk);
    }

    record DeadLetter(
            long id,
            @Nullable String transactionId,
            String topic,
            int partition,
            long offset,
            String reason,
            String payload,
            long payloadBytes,
            Instant time) {
        static DeadLetter of(DeadLetterDesk.View letter) {
            return new DeadLetter(
                    letter.id(),
                    letter.transactionId() == null
                            ? null
                            : letter.transactionId().text(),
                    letter.topic(),
                    letter.partition(),
                    letter.offset(),
                    letter.reason(),
                    letter.payload(),
                    letter.payloadBytes(),
                    letter.time());
        }
    }

    @GetMapping
    Mono<List<DeadLetter>> list(
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam(defaultValue = "0") long after,
            @RequestParam(required = false) @Nullable String transactionId,
            @RequestParam(required = false) @Nullable String reason) {
        return desk.list(BulkReplay.filter(transactionId, reason), Math.max(0, after), Limits.page(limit, MOST))
                .map(letters -> letters.stream().map(DeadLetter::of).toList());
    }

    @PostMapping("/{id}/replay")
    Mono<DeadLetterDesk.Replay> replay(@PathVariable long id) {
        return desk.replay(id).switchIfEmpty(Mono.error(() -> unknown(id)));
    }

    @PostMapping("/replay")
    Mono<BulkReplay.Result> replay(@RequestBody BulkReplay.Request request) {
        return bulk.run(request);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> discard(@PathVariable long id) {
        return desk.discard(id).flatMap(found -> found ? Mono.empty() : Mono.error(unknown(id)));
    }

    private static Problem unknown(long id) {
        return Problem.notFound("dead-letter", "There is no dead letter " + id + ".");
    }
}
