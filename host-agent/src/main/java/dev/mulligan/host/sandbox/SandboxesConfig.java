package dev.mulligan.host.sandbox;

import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.checkpoint.Retention;
import java.time.Duration;

/**
 * How sandboxes are kept.
 *
 * @param defaultSize of a sandbox that asks for none
 * @param boot how long a machine may take to its first sign of life
 * @param reconnect how long one that runs already may take
 * @param freeze after which a guest thaws by itself
 * @param restore for all paths of one rollback
 * @param diskReserve of the host, that no sandbox may be created or checkpointed into
 * @param retention which checkpoints go when there are many
 * @param idleCheck between two looks for idle sandboxes
 */
public record SandboxesConfig(
        SandboxSize defaultSize,
        BootPatience boot,
        BootPatience reconnect,
        Duration freeze,
        Duration restore,
        DataSize diskReserve,
        Retention retention,
        Duration idleCheck) {

    /** The usual, with this default size. */
    public static SandboxesConfig of(SandboxSize defaultSize) {
        return new SandboxesConfig(
                defaultSize,
                // 15 s under emulation on an idle host, 100 s seen where six others wanted each processor. Images boot
                // quietly: their console says little even when all is well.
                new BootPatience(Duration.ofSeconds(150), Duration.ofSeconds(240), 2),
                new BootPatience(Duration.ofSeconds(60), Duration.ofSeconds(60), 1),
                Duration.ofSeconds(10),
                Duration.ofMinutes(10),
                DataSize.ofGibibytes(1),
                new Retention(200, DataSize.ofGibibytes(64)),
                Duration.ofSeconds(5));
    }

    /**
     * How long to wait for a guest agent.
     *
     * @param silence without any progress (the console's log stands still), before the attempt is given up
     * @param total for one attempt
     * @param attempts the first included; a machine that hung is booted anew
     */
    public record BootPatience(Duration silence, Duration total, int attempts) {}
}
