package dev.mulligan.vm;

/** A running delivery of events; closing it ends the delivery. Closing twice does nothing. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
    @Override
    void close();
}
