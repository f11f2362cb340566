package dev.saga.order.http;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The {@code Prefer} header of RFC 7240: {@code wait=N} seconds, at most 30. Other preferences are ignored. */
final class Preferences {
    private static final Pattern WAIT =
            Pattern.compile("(?i)(?:^|[,;])\\s*wait\\s*=\\s*\"?(\\d{1,9})\"?\\s*(?=$|[,;])");
    private static final int LONGEST_SECONDS = 30;

    private Preferences() {}

    static Optional<Duration> waiting(@Nullable List<String> prefer) {
        Matcher wait = WAIT.matcher(prefer == null ? "" : String.join(",", prefer));
        return wait.find()
                ? Optional.of(Duration.ofSeconds(Math.min(LONGEST_SECONDS, Integer.parseInt(wait.group(1)))))
                : Optional.empty();
    }
}
