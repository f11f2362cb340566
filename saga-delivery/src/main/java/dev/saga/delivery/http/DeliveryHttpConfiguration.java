package dev.saga.delivery.http;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Import;

/** Auto-configuration of the delivery's filters, routes and problem details in a web service. */
@AutoConfiguration
@Import({
    AuditController.class,
    CallerConnections.class,
    DeliveryProblems.class,
    DeadLetterController.class,
    DetachedCommands.class,
    OperatorContext.class,
    RelayController.class
})
public class DeliveryHttpConfiguration {}
