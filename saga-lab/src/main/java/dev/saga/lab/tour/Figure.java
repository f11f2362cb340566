package dev.saga.lab.tour;

import dev.saga.lab.stack.ServiceProcess;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;

/**
 * A metric that a step moves.
 *
 * @param name as Prometheus names it, with the labels that choose its samples
 * @param now reads the present value; it is {@code -} if no instance responds
 */
record Figure(String name, Supplier<String> now) {
    /** Returns a metric whose values are added over the instances. */
    static Figure sum(String name, List<ServiceProcess> instances) {
        return of(name, instances, DoubleStream::sum);
    }

    /** Returns a metric of a database: all its instances export the same value, if none is late. */
    static Figure most(String name, List<ServiceProcess> instances) {
        return of(name, instances, values -> values.max().orElseThrow());
    }

    /** Returns the number of instances that respond to Prometheus. */
    static Figure up(String job, List<ServiceProcess> instances) {
        return new Figure(
                "sum(up{job=\"" + job + "\"})", () -> text(values("process_uptime_seconds", instances).length));
    }

    private static Figure of(String name, List<ServiceProcess> instances, Function<DoubleStream, Double> combination) {
        return new Figure(name, () -> {
            double[] values = values(name, instances);
            return values.length == 0 ? "-" : text(combination.apply(DoubleStream.of(values)));
        });
    }

    private static double[] values(String name, List<ServiceProcess> instances) {
        return instances.stream()
                .filter(instance -> instance.process().isAlive())
                .mapToDouble(instance -> of(name, instance))
                .filter(value -> !Double.isNaN(value))
                .toArray();
    }

    private static double of(String name, ServiceProcess instance) {
        try {
            return instance.meter(name);
        } catch (UncheckedIOException away) {
            return Double.NaN;
        }
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%.0f", value);
    }
}
