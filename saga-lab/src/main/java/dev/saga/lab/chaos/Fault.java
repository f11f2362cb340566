package dev.saga.lab.chaos;

import dev.saga.lab.stack.Pause;
import dev.saga.lab.stack.Service;
import dev.saga.lab.stack.ServiceProcess;
import dev.saga.local.KafkaBroker;
import java.time.Duration;
import java.util.List;

/** What goes wrong. A fault is over, and what it broke runs again, when {@link #strike} returns. */
public enum Fault {
    /** {@code kill -9} of an instance, and its restart. */
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
    /** {@code kill -9} of a broker, and its restart. */
    KILL_BROKER {
        @Override
        void strike(Scene scene, int pick) {
            KafkaBroker broker = any(scene.infra().brokers(), pick);
            broker.process().kill();
            Pause.of(AWAY);
            broker.restart();
        }
    },
    /** {@code kill -9} of the database, and its restart. */
    KILL_DATABASE {
        @Override
        void strike(Scene scene, int pick) {
            scene.infra().database().process().kill();
            Pause.of(AWAY);
            scene.infra().database().restart();
        }
    },
    /** An instance stands still for longer than its locks, leases and sessions last, and wakes up. */
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
    /** Strangers join a service's consumer group and leave it again. */
    REBALANCE_STORM {
        @Override
        void strike(Scene scene, int pick) {
            scene.wire().joinAndLeave(any(List.of(Service.values()), pick), REBALANCES);
        }
    },
    /** The gateway takes its time. */
    SLOW_GATEWAY {
        @Override
        void strike(Scene scene, int pick) {
            scene.gateway("APPROVE", 1_500, 0);
            Pause.of(A_WHILE);
            scene.gateway("APPROVE", 0, 0);
        }
    },
    /** The gateway fails every second call. */
    FLAKY_GATEWAY {
        @Override
        void strike(Scene scene, int pick) {
            scene.gateway("FLAKY", 50, 0.5);
            Pause.of(A_WHILE);
            scene.gateway("APPROVE", 0, 0);
        }
    },
    /** Late events come again: as they were, and under new ids. */
    DUPLICATES {
        @Override
        void strike(Scene scene, int pick) {
            scene.wire().repeatLatest(MISCHIEF);
        }
    },
    /** Records that nobody can read, in the topics. */
    GARBAGE {
        @Override
        void strike(Scene scene, int pick) {
            scene.wire().putGarbage(MISCHIEF);
        }
    },
    /** A topic gets another partition: events of one order lie in two from now on. */
    MORE_PARTITIONS {
        @Override
        void strike(Scene scene, int pick) {
            scene.wire().addPartition(pick);
        }
    },
    /** Every instance is stopped in good order, and started again, one after the other. */
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
    /** An instance stands still for one to three minutes, in the middle of whatever it does, and wakes up. */
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
    /** All connections to the database fall silent at once, without an end; new ones work. */
    SILENCE {
        @Override
        void strike(Scene scene, int pick) {
            scene.proxy().freeze();
            Pause.of(A_WHILE);
        }
    },
    /** The database takes no changes for a while, as a primary that another one has replaced. */
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
    /** Records that are small on the broker and large once unpacked, in the topics. */
    FLOOD {
        @Override
        void strike(Scene scene, int pick) {
            scene.wire().flood(BOMBS);
        }
    };

    private static final Duration AWAY = Duration.ofSeconds(3);
    private static final Duration FROZEN = Duration.ofSeconds(13);
    private static final Duration A_WHILE = Duration.ofSeconds(6);
    private static final int REBALANCES = 5;
    private static final int MISCHIEF = 50;
    private static final int BOMBS = 200;
    private static final Duration SHORTEST_FREEZE = Duration.ofMinutes(1);
    private static final Duration LONGEST_FREEZE = Duration.ofMinutes(3);

    /** @param pick draws the part that is hit, 0 or more */
    abstract void strike(Scene scene, int pick);

    /** A time from one to three minutes, which the draw decides. */
    static Duration minutes(int pick) {
        long span = LONGEST_FREEZE.minus(SHORTEST_FREEZE).toSeconds() + 1;
        return SHORTEST_FREEZE.plusSeconds(pick % span);
    }

    private static <T> T any(List<T> parts, int pick) {
        return parts.get(pick % parts.size());
    }
}
