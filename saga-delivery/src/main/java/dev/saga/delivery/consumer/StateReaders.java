package dev.saga.delivery.consumer;

import dev.saga.delivery.instance.DeliveryMetrics;
import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.instance.Topics;
import dev.saga.delivery.wire.StateCodec;
import dev.saga.event.StateType;

/** Creates the readers of compacted topics. A service declares each reader as a bean; it then runs with the service. */
public final class StateReaders {
    private final DeliveryProperties properties;
    private final Topics topics;
    private final StateCodec codec;
    private final DeliveryMetrics metrics;

    public StateReaders(DeliveryProperties properties, Topics topics, StateCodec codec, DeliveryMetrics metrics) {
        this.properties = properties;
        this.topics = topics;
        this.codec = codec;
        this.metrics = metrics;
    }

    /** Creates a reader of all states of this type. The service also declares the type's topic as a bean. */
    public <T> StateReader<T> of(StateType<T> type, StateReader.Listener<T> listener) {
        return new StateReader<>(properties, topics, codec, metrics, type, listener);
    }
}
