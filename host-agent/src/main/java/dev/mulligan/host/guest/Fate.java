package dev.mulligan.host.guest;

import dev.mulligan.host.HostException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Why a connection is over, if it is. The first reason stays. Safe for use by several threads. */
final class Fate {
    private final AtomicReference<@Nullable HostException> first = new AtomicReference<>();

    /** Returns whether this reason is the first. */
    boolean seal(HostException why) {
        return first.compareAndSet(null, why);
    }

    Optional<HostException> reason() {
        return Optional.ofNullable(first.get());
    }
}
