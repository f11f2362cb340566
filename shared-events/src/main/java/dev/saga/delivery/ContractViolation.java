package dev.saga.delivery;

/** A record is not an event of the contract; the message says why, for a person. */
final class ContractViolation extends RuntimeException {
    ContractViolation(String message) {
        super(message);
    }
}
