package dev.mulligan.host.cli;

import dev.mulligan.host.cli.terminal.Keys;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keys of a test, in place of a terminal. */
final class TypedKeys implements Keys {
    final LinkedBlockingQueue<Character> keys = new LinkedBlockingQueue<>();

    @Override
    public Optional<Character> next(Duration atMost) throws IOException {
        if (atMost.toMillis() < 1) {
            throw new AssertionError("keys: waits for ever where a terminal is read (expected: at least 1 ms)");
        }
        try {
            return Optional.ofNullable(keys.poll(atMost.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException nobodyDoes) {
            throw new IOException(nobodyDoes);
        }
    }

    @Override
    public <T> T aside(Callable<T> work) throws IOException {
        throw new IOException("no editor here");
    }

    @Override
    public void close() {}
}
