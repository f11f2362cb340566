package dev.saga.event;

/** A type of event. The enum of a set of services implements this interface. */
public interface EventType {

    /** Returns the {@code type} of the event on the wire. */
    String name();

    /** Returns the topic on which events of this type are published. */
    Topic topic();

    /** Returns the record class into which the event's data is parsed. */
    Class<? extends SagaEvent> record();
}
