package dev.saga.delivery.http;

import dev.saga.delivery.audit.Audit;
import dev.saga.delivery.audit.AuditEntry;
import dev.saga.web.Limits;
import dev.saga.web.problem.Problem;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Lists operators' actions. */
@RestController
final class AuditController {
    private static final int MOST = 200;

    private final Audit audit;

    AuditController(Audit audit) {
        this.audit = audit;
    }

    /** Returns a page, newest first. {@code after} is the id of the last entry of the previous page. */
    @GetMapping(path = "/audit", produces = MediaType.APPLICATION_JSON_VALUE)
    Mono<List<AuditEntry>> list(
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam(defaultValue = "" + Long.MAX_VALUE) long after) {
        if (after < 0) {
            throw Problem.invalid("after", "must be the id of an entry");
        }
        return audit.list(after, Limits.page(limit, MOST)).collectList();
    }
}
