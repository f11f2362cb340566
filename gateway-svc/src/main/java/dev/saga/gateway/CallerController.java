package dev.saga.gateway;

import dev.saga.events.Participant;
import dev.saga.web.security.AccessRules;
import java.security.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Tells the console if a token is required, and the user and rights of the caller's token. */
@RestController
final class CallerController {
    private static final String OPERATOR_ROLE = "ROLE_" + AccessRules.OPERATOR;

    private static final List<String> SERVICES = Participant.routes();

    private final boolean asked;

    CallerController(ObjectProvider<ReactiveJwtDecoder> issuer) {
        this.asked = issuer.getIfAvailable() != null;
    }

    /**
     * A caller.
     *
     * @param asked true if callers need a token
     * @param user the token's user; null without a token
     * @param operator true if the caller may use the operators' calls
     * @param services first segments of the paths to each service
     */
    record Who(boolean asked, @Nullable String user, boolean operator, List<String> services) {}

    @GetMapping("/who")
    Mono<Who> who(@Nullable Principal principal) {
        if (!asked) {
            return Mono.just(new Who(false, null, true, SERVICES));
        }
        boolean operator = principal instanceof Authentication signedIn
                && signedIn.getAuthorities().stream().anyMatch(role -> OPERATOR_ROLE.equals(role.getAuthority()));
        return Mono.just(new Who(true, principal == null ? null : principal.getName(), operator, SERVICES));
    }
}
