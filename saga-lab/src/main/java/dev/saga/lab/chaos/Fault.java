package dev.saga.lab.chaos;

import dev.saga.events.Participant;
import dev.saga.lab.stack.Pause;
import dev.saga.lab.stack.ServiceProcess;
import dev.saga.local.KafkaBroker;
import java.time.Duration;
import java.util.List;

/** The kinds of faults. When {@link #strike} returns, the fault has ended and the affected part runs again. */
public enum Fault {
    /** Kills an instance ({@code kill -9}) and restarts it. */
    KILL_SERVICE {
        @Override
        void strike(Scene scene, int pick) {
            ServiceProcess instance = any(scene.stack().instances(), pick);
            instance.process().kill();
            Pause.of(AWAY);
            instance.restart();
            instance.awaitReady();
        }
    },
    /** Kills a broker ({@code kill -9}) and restarts it. */
    KILL_BROKER {
        @Override
        void strike(Scene scene, int pick) {
            KafkaBroker broker = any(scene.infra().brokers(), pick);
            broker.process().kill();
            Pause.of(AWAY);
            broker.restart();
        }
    },
    /** Kills the database, or one of the two ({@code kill -9}), and restarts it. */
    KILL_DATABASE {
        @Override
        void strike(Scene scene, int pick) {
            if (scene.infra().hasPostgreSql() && pick % 2 == 1) {
                scene.infra().otherDatabase().kill();
                Pause.of(AWAY);
                scene.infra().otherDatabase().restart();
                return;
            }
            scene.infra().database().process().kill();
            Pause.of(AWAY);
            scene.infra().database().restart();
        }
    },
    /** Freezes an instance for longer than its locks, leases and sessions last, then resumes it. */
    FREEZE_SERVICE {
        @Override
        void strike(Scene scene, int pick) {
            ServiceProcess instance = any(scene.stack().instances(), pick);
            Scene.signal("STOP", instance.process());
            try {
                Pause.of(FROZEN);
            } finally {
                Scene.signal("CONT", instance.process());
            }
        }
    },
    /** Lets foreign consumers join and leave the consumer group of a service. */
    REBALANCE_STORM {
        @Override
        void strike(Scene scene, int pick) {
            scene.wire().joinAndLeave(any(List.of(Participant.values()), pick), REBALANCES);
        }
    },
    /** Makes the payment gateway slow: 1.5 s per call. */
    SLOW_GATEWAY {
        @Override
        void strike(Scene scene, int pick) {
            scene.gateway("APPROVE", 1_500, 0);
            Pause.of(A_WHILE);
            scene.gateway("APPROVE", 0, 0);
        }
    },
    /** Makes half of the calls of the payment gateway fail. */
    FLAKY_GATEWAY {
        @Override
        void strike(Scene scene, int pick) {
            scene.gateway("FLAKY", 50, 0.5);
            Pause.of(A_WHILE);
            scene.gateway("APPROVE", 0, 0);
        }
    },
    /** Publishes recent events again: unchanged, and under new ids. */
    DUPLICATES {
        @Override
        void strike(Scene scene, int pick) {
            scene.wire().repeatLatest(RECORDS);
        }
    },
    /** Puts unreadable records onto the topics. */
    GARBAGE {
        @Override
        void strike(Scene scene, int pick) {
            scene.wire().putGarbage(RECORDS);
        }
    },
    /** Adds a partition to a topic: later events of an order can be in another partition than earlier ones. */
    MORE_PARTITIONS {
        @Override
        void strike(Scene scene, int pick) {
            scene.wire().addPartition(pick);
        }
    },
    /** Stops every instance gracefully and starts it again, one after the other. */
    ROLLING_RESTART {
        @Override
        void strike(Scene scene, int pick) {
            for (ServiceProcess instance : scene.stack().instances()) {
                instance.stop();
                instance.restart();
                instance.awaitReady();
            }
        }
    },
    /** Freezes an instance for one to three minutes at any point of its work, then resumes it. */
    FREEZE_FOR_MINUTES {
        @Override
        void strike(Scene scene, int pick) {
            ServiceProcess instance = any(scene.stack().instances(), pick);
            Scene.signal("STOP", instance.process());
            try {
                Pause.of(minutes(pick));
            } finally {
                Scene.signal("CONT", instance.process());
            }
        }
    },
    /** Makes all connections to MariaDB silent at once without closing them. New connections work. */
    SILENCE {
        @Override
        void strike(Scene scene, int pick) {
            scene.proxy().freeze();
            Pause.of(A_WHILE);
        }
    },
    /** Makes MariaDB read-only for a while, like a primary that was replaced. */
    READ_ONLY {
        @Override
        void strike(Scene scene, int pick) {
            scene.readOnly(true);
            try {
                Pause.of(A_WHILE);
            } finally {
                scene.readOnly(false);
            }
        }
    },
    /** Puts records onto the topics that are small on the broker and large when unpacked. */
    FLOOD {
        @Override
        void strike(Scene scene, int pick) {
            scene.wire().flood(BOMBS);
        }
    },
    /** Pauses a relay, cancels and nudges open sagas, replays dead letters, and resumes the relay. */
    OPERATORS {
        @Override
        void strike(Scene scene, int pick) {
            scene.operators().act(any(List.of(Participant.values()), pick), AWAY);
        }
    };

    private static final Duration AWAY = Duration.ofSeconds(3);
    private static final Duration FROZEN = Duration.ofSeconds(13);
    private static final Duration A_WHILE = Duration.ofSeconds(6);
    private static final int REBALANCES = 5;
    private static final int RECORDS = 50;
    private static final int BOMBS = 200;
    private static final Duration SHORTEST_FREEZE = Duration.ofMinutes(1);
    private static final Duration LONGEST_FREEZE = Duration.ofMinutes(3);

    /**
     * Injects the fault.
     *
     * @param pick random number, 0 or more, which selects the affected part
     */
    abstract void strike(Scene scene, int pick);

    /** Returns a time from one to three minutes, which {@code pick} selects. */
    static Duration minutes(int pick) {
        long span = LONGEST_FREEZE.minus(SHORTEST_FREEZE).toSeconds() + 1;
        return SHORTEST_FREEZE.plusSeconds(pick % span);
    }

    private static <T> T any(List<T> parts, int pick) {
        return parts.get(pick % parts.size());
    }
}
