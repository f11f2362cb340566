package dev.saga.delivery.trace;

/** Accepts finished spans. Never waits and never fails; a span that finds no room is dropped. */
interface SpanExport {
    void add(FinishedSpan span);
}
