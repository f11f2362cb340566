package dev.saga.delivery.audit;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The person or program that runs a command. Reactor's context carries it from the request to the transaction.
 *
 * @param subject subject of the token, or the remote address if callers need no token; at most 255 characters are kept
 * @param reason why the command is run, at most 500 characters; null if no reason is given
 */
public record Operator(String subject, @Nullable String reason) {
    /** The longest reason, in characters. */
    public static final int LONGEST_REASON = 500;

    private static final int LONGEST_SUBJECT = 255;
    private static final Operator NOBODY = new Operator("unknown", null);

    public Operator {
        subject = subject.length() <= LONGEST_SUBJECT ? subject : subject.substring(0, LONGEST_SUBJECT);
        if (reason != null && reason.length() > LONGEST_REASON) {
            throw new IllegalArgumentException("a reason has at most " + LONGEST_REASON + " characters");
        }
    }

    static Operator in(ContextView context) {
        return context.<Operator>getOrEmpty(Operator.class).orElse(NOBODY);
    }

    /** Adds this operator to a context. */
    public Context addTo(Context context) {
        return context.put(Operator.class, this);
    }

    /** Returns a copy with another reason, or this operator if {@code reason} is null. */
    public Operator withReason(@Nullable String other) {
        return other == null ? this : new Operator(subject, other);
    }

    /** Replaces the reason of the operator in a context, unless {@code reason} is null. */
    public static Context withReason(Context context, @Nullable String reason) {
        return in(context).withReason(reason).addTo(context);
    }
}
