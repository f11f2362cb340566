package dev.saga.delivery.work;

import java.util.UUID;

/** The source of new ids. */
@FunctionalInterface
public interface Ids {

    /** Returns a UUID of version 7, greater than every UUID that this source returned before. */
    UUID next();
}
