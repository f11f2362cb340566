package dev.saga.inventory.store;

import java.time.Duration;

/**
 * The times at which stock levels are published.
 *
 * @param pause shortest time between two levels of a product whose stock is low
 * @param refresh time after which a low level is published again without a change; shortest time between two levels of
 *     any other product
 * @param low the stock of a product is low if fewer units than this are available
 */
public record LevelPace(Duration pause, Duration refresh, long low) {}
