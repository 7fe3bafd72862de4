package dev.mulligan.host.sandbox;

import dev.mulligan.host.guest.GuestWarmUp;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.checkpoint.Retention;
import dev.mulligan.vm.template.PoolLimits;
import java.time.Duration;

/**
 * How sandboxes are kept.
 *
 * @param defaultSize of a sandbox that asks for none
 * @param boot how long a machine may take to its first sign of life
 * @param goOn how long one that goes on from a template may take; one that does not answer is thrown away
 * @param reconnect how long one that runs already may take
 * @param freeze after which a guest thaws by itself
 * @param restore for all paths of one rollback
 * @param diskReserve of the host, that no sandbox may be created or checkpointed into
 * @param retention which checkpoints go when there are many
 * @param idleCheck between two looks for idle sandboxes
 * @param warmUp what is done with a machine before it becomes a template
 * @param pool how many machines may stand ready
 */
public record SandboxesConfig(
        SandboxSize defaultSize,
        BootPatience boot,
        BootPatience goOn,
        BootPatience reconnect,
        Duration freeze,
        Duration restore,
        DataSize diskReserve,
        Retention retention,
        Duration idleCheck,
        WarmUpEffort warmUp,
        PoolLimits pool) {
    /** Machines of a kind that may stand ready if nobody says otherwise. */
    public static final int DEFAULT_POOL = 4;

    /** The usual, with this default size. */
    public static SandboxesConfig of(SandboxSize defaultSize) {
        return of(defaultSize, DEFAULT_POOL);
    }

    /**
     * The usual, with this default size.
     *
     * @param pool how many machines of a kind may stand ready
     */
    public static SandboxesConfig of(SandboxSize defaultSize, int pool) {
        return new SandboxesConfig(
                defaultSize,
                // 15 s under emulation on an idle host, 100 s seen where six others wanted each processor. Images boot
                // quietly: their console says little even when all is well.
                new BootPatience(Duration.ofSeconds(150), Duration.ofSeconds(240), 2),
                // Of some hundred at once, the last waits for the others.
                new BootPatience(Duration.ofSeconds(60), Duration.ofSeconds(60), 3),
                new BootPatience(Duration.ofSeconds(60), Duration.ofSeconds(60), 1),
                Duration.ofSeconds(10),
                Duration.ofMinutes(10),
                DataSize.ofGibibytes(1),
                new Retention(200, DataSize.ofGibibytes(64)),
                Duration.ofSeconds(5),
                new WarmUpEffort(GuestWarmUp.ENOUGH, Duration.ofSeconds(60)),
                PoolLimits.of(pool));
    }

    /**
     * How long to wait for a guest agent.
     *
     * @param silence without any progress (the console's log stands still), before the attempt is given up
     * @param total for one attempt
     * @param attempts the first included; a machine that hung is booted anew
     */
    public record BootPatience(Duration silence, Duration total, int attempts) {}

    /**
     * How much a machine is used before it becomes a template.
     *
     * @param rounds through all services, at most
     * @param patience after which no further round begins
     */
    public record WarmUpEffort(int rounds, Duration patience) {}
}
