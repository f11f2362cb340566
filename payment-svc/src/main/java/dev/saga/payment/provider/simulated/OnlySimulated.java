package dev.saga.payment.provider.simulated;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;

/** Marks beans that exist only if {@code saga.payment.gateway-url} names no real gateway. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ConditionalOnProperty(name = "saga.payment.gateway-url", matchIfMissing = true, havingValue = "false")
public @interface OnlySimulated {}
