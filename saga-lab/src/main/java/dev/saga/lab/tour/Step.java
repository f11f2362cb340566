package dev.saga.lab.tour;

import java.time.Duration;
import java.util.List;

/**
 * One failure of the tour.
 *
 * @param title for instance {@code The payment gateway is away}
 * @param breaks the action that breaks it, as a person would say or type it
 * @param heals the action that ends it
 * @param alert name of the alert that reports it; {@code alerts.yml} has its query
 * @param section the runbook's section
 * @param lasts time between the two actions
 * @param broken performs the first action
 * @param healed performs the second action
 * @param figures what moves
 */
record Step(
        String title,
        String breaks,
        String heals,
        String alert,
        int section,
        Duration lasts,
        Runnable broken,
        Runnable healed,
        List<Figure> figures) {}
