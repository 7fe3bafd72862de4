package dev.mulligan.host.sandbox;

import dev.mulligan.host.Actor;
import dev.mulligan.vm.VmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pauses, saves and deletes what nobody uses. */
final class IdleKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(IdleKeeper.class);

    private final SandboxContext context;
    private final Roster roster;
    private final Power power;
    private final Deletion deletion;

    IdleKeeper(SandboxContext context, Roster roster, Power power, Deletion deletion) {
        this.context = context;
        this.roster = roster;
        this.power = power;
        this.deletion = deletion;
    }

    /** Looks at each sandbox once. */
    void look() {
        for (LiveSandbox sandbox : roster.all()) {
            try {
                sandbox.ifUntouched(() -> look(sandbox));
            } catch (dev.mulligan.host.HostException | VmException failed) {
                LOG.warn("idle sandbox {} stays as it is: {}", sandbox.id(), failed.getMessage());
            }
        }
    }

    private void look(LiveSandbox sandbox) {
        SandboxEntry entry = sandbox.entry();
        IdleTimeouts idle = entry.sandbox().idle();
        switch (sandbox.state()) {
            case READY -> {
                if (isOver(entry.sandbox().lastUsed(), idle.pause())) {
                    power.pause(sandbox, false, Actor.HOST);
                }
            }
            case PAUSED -> {
                if (isOver(entry.since(), idle.save())) {
                    power.pause(sandbox, true, Actor.HOST);
                }
            }
            case SAVED -> {
                if (isOver(entry.since(), idle.delete())) {
                    deletion.delete(sandbox, Actor.HOST);
                }
            }
            // Something kept it from its end, such as a daemon that was away.
            case DELETING -> deletion.finish(sandbox);
            case STARTING, BROKEN -> {}
        }
    }

    private boolean isOver(Instant since, Optional<Duration> timeout) {
        return timeout.filter(time -> !since.plus(time).isAfter(context.clock().instant()))
                .isPresent();
    }
}
