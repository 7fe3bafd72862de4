package dev.mulligan.host.service;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import io.grpc.Context;

/**
 * Who makes the call, as {@link Authentication} found out.
 *
 * @param local over the unix socket
 */
record Caller(Actor actor, boolean local) {
    private static final Context.Key<Caller> KEY = Context.key("caller");

    /** Of the call on whose thread this runs: ask before handing over to another. */
    static Caller current() {
        Caller caller = KEY.get();
        if (caller == null) {
            throw HostException.of(HostErrorCode.UNAUTHENTICATED, "call without a caller")
                    .build();
        }
        return caller;
    }

    Context in(Context context) {
        return context.withValue(KEY, this);
    }
}
