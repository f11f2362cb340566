package dev.saga.web.problem;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DatabindException;

/** Describes an error in a body to the caller, with field names of the body and without Java names. */
final class BodyErrors {
    private BodyErrors() {}

    static String sentence(JacksonException failure) {
        return switch (failure) {
            case StreamConstraintsException tooMuch -> "The body is too deep, or one of its values too long.";
            case DatabindException mismatch -> mismatch(mismatch);
            case InputCoercionException range -> "The body has a number that is too large for its field.";
            default -> "The body is not JSON" + place(failure.getLocation()) + ".";
        };
    }

    private static String place(@Nullable TokenStreamLocation at) {
        return at == null || at.getLineNr() < 1 ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
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
