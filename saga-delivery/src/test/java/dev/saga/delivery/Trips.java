package dev.saga.delivery;

import dev.saga.event.Contract;
import dev.saga.event.EventType;
import dev.saga.event.SagaEvent;
import dev.saga.event.Topic;
import dev.saga.event.TransactionId;
import java.util.List;
import java.util.UUID;

/** A contract for tests: trips are requested and dropped, and a hotel is booked. */
public final class Trips {
    public static final Contract CONTRACT = Contract.of(TripTopic.values(), TripType.values());
    public static final TransactionId SAGA = TransactionId.of("0199c8a0-0000-7000-8000-000000000001");

    private Trips() {}

    enum TripTopic implements Topic {
        TRIPS("trips"),
        HOTELS("hotels");

        private final String text;

        TripTopic(String text) {
            this.text = text;
        }

        @Override
        public String text() {
            return text;
        }
    }

    /** The types of the contract. */
    public enum TripType implements EventType {
        TRIP_REQUESTED(TripTopic.TRIPS, Requested.class),
        TRIP_DROPPED(TripTopic.TRIPS, Dropped.class),
        HOTEL_BOOKED(TripTopic.HOTELS, Booked.class);

        private final TripTopic topic;
        private final Class<? extends SagaEvent> record;

        TripType(TripTopic topic, Class<? extends SagaEvent> record) {
            this.topic = topic;
            this.record = record;
        }

        @Override
        public Topic topic() {
            return topic;
        }

        @Override
        public Class<? extends SagaEvent> record() {
            return record;
        }
    }

    record Requested(TransactionId transactionId, int nights) implements SagaEvent {
        @Override
        public EventType type() {
            return TripType.TRIP_REQUESTED;
        }

        @Override
        public String detail() {
            return nights + " nights";
        }
    }

    record Dropped(TransactionId transactionId, String note) implements SagaEvent {
        @Override
        public EventType type() {
            return TripType.TRIP_DROPPED;
        }

        @Override
        public String detail() {
            return note;
        }
    }

    record Booked(TransactionId transactionId) implements SagaEvent {
        @Override
        public EventType type() {
            return TripType.HOTEL_BOOKED;
        }

        @Override
        public String detail() {
            return "";
        }
    }

    public static TransactionId newSaga() {
        return new TransactionId(UUID.randomUUID());
    }

    public static SagaEvent requested(TransactionId saga) {
        return requested(saga, 1);
    }

    public static SagaEvent requested(TransactionId saga, int nights) {
        return new Requested(saga, nights);
    }

    public static SagaEvent dropped(TransactionId saga) {
        return dropped(saga, "too late");
    }

    public static SagaEvent dropped(TransactionId saga, String note) {
        return new Dropped(saga, note);
    }

    public static SagaEvent booked(TransactionId saga) {
        return new Booked(saga);
    }

    /** Returns one event of each type. */
    public static List<SagaEvent> all(TransactionId saga) {
        return List.of(requested(saga), dropped(saga), booked(saga));
    }
}
