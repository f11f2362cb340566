package dev.saga.event;

/** A type of event. The enum of a set of services implements it. */
public interface EventType {

    /** The {@code type} of the event on the wire. */
    String name();

    /** The topic that events of this type are published on. */
    Topic topic();

    /** The record that the event's data is read into. */
    Class<? extends SagaEvent> record();
}
