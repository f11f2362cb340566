package dev.saga.lab.tour;

import dev.saga.lab.probe.Invariants;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.TopicReader;
import dev.saga.lab.stack.Jvm;
import dev.saga.lab.stack.LabOptions;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.Pause;
import dev.saga.lab.stack.Plan;
import dev.saga.local.LocalInfra;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code watch-it-break}: breaks the system step by step, and prints what moves and how it heals. */
@Command(
        name = "watch-it-break",
        description = {
            "Breaks the system step by step, in about four minutes, while orders arrive.",
            "Prints which metric moves, which alert would fire and how it heals."
        },
        mixinStandardHelpOptions = true)
public final class WatchItBreakCommand implements Callable<Integer> {
    private static final String PRODUCT = "CATALOG-002";
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final Duration HEALING = Duration.ofSeconds(90);
    private static final Map<String, String> SETTINGS = Map.of("saga.order.step-timeout", "5s");

    @Mixin
    private final LabOptions labOptions = new LabOptions();

    @Override
    public Integer call() throws InterruptedException {
        System.out.println("Starting, logs in " + labOptions.logs());
        LocalInfra infra = labOptions.startInfra();
        var plan = new Plan(Plan.named(Map.of("payment-svc", 2)), true, "", SETTINGS, Jvm.SHORT_LIVED);
        LocalStack stack = LocalStack.start(infra, plan, labOptions.logs(), LabOptions::printLine);
        LabOptions.atExit(stack::close);
        SagaClient client = stack.client();
        client.stock(PRODUCT, 1_500, 1_000_000);
        System.out.println("\nFrom now on about four orders arrive per second.");
        List<Step> steps = new Steps(infra, stack).all();
        var shoppers = new Shoppers(client, PRODUCT);
        Pause.of(LOOK);
        for (int number = 1; number <= steps.size(); number++) {
            run(number, steps.get(number - 1));
        }
        shoppers.stop();
        return judged(infra, stack, shoppers) ? 0 : 1;
    }

    private static void run(int number, Step step) {
        System.out.printf("%n%d. %s%n   Break: %s%n", number, step.title(), step.breaks());
        for (Figure figure : step.figures()) {
            System.out.printf("   %s %s%n", letter(step, figure), figure.name());
        }
        row("", step, figure -> letter(step, figure));
        row("before", step, figure -> figure.now().get());
        step.broken().run();
        watch(step);
        System.out.printf(
                "   Alert: %s (compose/observability/alerts.yml), runbook section %d%n   Heal:  %s%n",
                step.alert(), step.section(), step.heals());
        step.healed().run();
        Pause.of(LOOK.multipliedBy(2));
        row("healed", step, figure -> figure.now().get());
    }

    private static void watch(Step step) {
        for (long seconds = 0; seconds < step.lasts().toSeconds(); seconds += LOOK.toSeconds()) {
            Pause.of(LOOK);
            row(
                    "+" + (seconds + LOOK.toSeconds()) + " s",
                    step,
                    figure -> figure.now().get());
        }
    }

    private static String letter(Step step, Figure figure) {
        return String.valueOf((char) ('a' + step.figures().indexOf(figure)));
    }

    private static void row(String when, Step step, Function<Figure, String> cell) {
        var row = new StringBuilder("   %-7s".formatted(when));
        step.figures().forEach(figure -> row.append("%8s".formatted(cell.apply(figure))));
        System.out.println(row);
    }

    /** Waits until every order is final. Returns true if none is lost and nothing was done twice. */
    private static boolean judged(LocalInfra infra, LocalStack stack, Shoppers shoppers) {
        var invariants = new Invariants(stack.databases());
        var topics = new TopicReader(infra.kafka(), "");
        long end = System.nanoTime() + HEALING.toNanos();
        while (!invariants.moving(topics).isEmpty() && System.nanoTime() < end) {
            Pause.of(Duration.ofMillis(500));
        }
        Map<String, Long> moving = invariants.moving(topics);
        List<String> violations = invariants.violations();
        System.out.printf(
                "%n%d orders were accepted and %d refused. Not at rest: %s. Violated invariants: %s%n",
                shoppers.accepted(),
                shoppers.refused(),
                moving.isEmpty() ? "nothing" : moving,
                violations.isEmpty() ? "none" : violations);
        return moving.isEmpty() && violations.isEmpty();
    }
}
