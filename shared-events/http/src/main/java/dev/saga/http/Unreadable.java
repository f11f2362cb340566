package dev.saga.http;

import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DatabindException;

/** Says what is wrong with a body in the caller's words: names of fields, none of ours. */
final class Unreadable {
    private Unreadable() {}

    static String sentence(JacksonException failure) {
        return switch (failure) {
            case StreamConstraintsException tooMuch -> "The body is too deep, or one of its values too long.";
            case DatabindException mismatch -> mismatch(mismatch);
            default ->
                "The body is not JSON: "
                        + failure.getOriginalMessage().lines().findFirst().orElse("");
        };
    }

    private static String mismatch(DatabindException mismatch) {
        String field = mismatch.getPath().stream()
                .map(step ->
                        step.getPropertyName() == null ? "[" + step.getIndex() + "]" : "." + step.getPropertyName())
                .collect(Collectors.joining());
        String reason = mismatch.getCause() instanceof IllegalArgumentException refused
                ? String.valueOf(refused.getMessage())
                : "is not of the type that this call takes";
        return (field.isEmpty() ? "The body" : field.substring(field.startsWith(".") ? 1 : 0)) + " " + reason + ".";
    }
}
