package dev.saga.lab.tour;

import dev.saga.lab.stack.ServiceProcess;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * A metric that a step moves.
 *
 * @param name as Prometheus names it, with the labels that choose its samples
 * @param instances the instances that export it
 * @param sums true if the instances' values are added; false if they all describe the same database
 */
record Figure(String name, Supplier<List<ServiceProcess>> instances, boolean sums) {
    /** Returns the present value, as text; {@code -} if no instance responds. */
    String now() {
        double[] values = instances.get().stream()
                .filter(instance -> instance.process().isAlive())
                .mapToDouble(this::of)
                .filter(value -> !Double.isNaN(value))
                .toArray();
        if (values.length == 0) {
            return "-";
        }
        double sum = 0;
        double most = 0;
        for (double value : values) {
            sum += value;
            most = Math.max(most, value);
        }
        return String.format(Locale.ROOT, "%.0f", sums ? sum : most);
    }

    private double of(ServiceProcess instance) {
        try {
            return instance.meter(name);
        } catch (UncheckedIOException away) {
            return Double.NaN;
        }
    }
}
