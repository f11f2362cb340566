package dev.saga.delivery.work;

import java.util.UUID;

/** Where new ids come from. */
@FunctionalInterface
public interface Ids {

    /** A UUID of version 7, greater than every one this source made before. */
    UUID next();
}
