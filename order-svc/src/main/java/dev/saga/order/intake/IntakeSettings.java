package dev.saga.order.intake;

import java.time.Duration;

/**
 * Settings of the intake, already checked.
 *
 * @param underWay bound of the sagas under way
 * @param underWayOfUser the same bound per user, 1 or more
 * @param stepTimeout a saga whose next nudge is further away than this does not count as under way
 * @param waiting most orders that wait for their transaction
 * @param batch most orders per transaction
 * @param lanes concurrent transactions for new orders
 * @param levelAge a known stock level that is older than this refuses no order
 */
public record IntakeSettings(
        int underWay, int underWayOfUser, Duration stepTimeout, int waiting, int batch, int lanes, Duration levelAge) {}
