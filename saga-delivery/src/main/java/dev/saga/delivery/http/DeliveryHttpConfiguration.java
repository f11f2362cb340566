package dev.saga.delivery.http;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Import;

/** Adds the delivery's part of a service's HTTP. */
@AutoConfiguration
@Import({CallerConnections.class, DeliveryProblems.class, DeadLetterController.class, DetachedCommands.class})
public class DeliveryHttpConfiguration {}
