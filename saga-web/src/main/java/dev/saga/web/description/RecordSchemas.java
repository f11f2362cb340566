package dev.saga.web.description;

import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Names the schema of each record so that nested records with the same simple name stay apart, and lets its components
 * that are {@link Nullable} be null.
 */
final class RecordSchemas implements ModelConverter {
    static final String PREFIX = "#/components/schemas/";

    @Override
    public @Nullable Schema<?> resolve(
            AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        Class<?> raw = Json31.mapper().constructType(type.getType()).getRawClass();
        if (raw.isRecord()) {
            type.name(name(raw));
        }
        Schema<?> schema = chain.hasNext() ? chain.next().resolve(type, context, chain) : null;
        if (schema != null && raw.isRecord()) {
            completeNullable(definition(schema, context), raw);
        }
        return schema;
    }

    /** Returns {@code ProductMovement} for {@code ProductResource.Movement}, and {@code Saga} for {@code SagaController.Saga}. */
    static String name(Class<?> type) {
        String own = stem(type);
        Class<?> enclosing = type.getEnclosingClass();
        if (enclosing == null) {
            return type.getSimpleName().endsWith("Request") ? type.getSimpleName() : own;
        }
        String outer = stem(enclosing);
        if (own.startsWith(outer)) {
            return own;
        }
        return outer.endsWith(own) ? outer : outer + own;
    }

    private static String stem(Class<?> type) {
        return type.getSimpleName().replaceFirst("(?<=.)(Controller|Resource|Desk)$", "");
    }

    private static @Nullable Schema<?> definition(Schema<?> schema, ModelConverterContext context) {
        String reference = schema.get$ref();
        return reference == null ? schema : context.getDefinedModels().get(reference.substring(PREFIX.length()));
    }

    private static void completeNullable(@Nullable Schema<?> definition, Class<?> raw) {
        if (definition == null || definition.getProperties() == null) {
            return;
        }
        for (RecordComponent component : raw.getRecordComponents()) {
            Schema<?> property = definition.getProperties().get(component.getName());
            if (property != null && component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                allowNull(property);
            }
        }
    }

    private static void allowNull(Schema<?> property) {
        if (property.getTypes() != null && property.getEnum() == null) {
            property.addType("null");
        }
    }
}
