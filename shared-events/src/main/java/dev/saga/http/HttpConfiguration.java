package dev.saga.http;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Import;

/** Adds what all services answer in the same way. */
@AutoConfiguration
@Import({Problems.class, HealthCheckController.class, DeadLetterController.class})
public class HttpConfiguration {}
