package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.GuestConnector;
import dev.mulligan.host.guest.GuestLink;
import dev.mulligan.host.guest.GuestWarmUp;
import dev.mulligan.host.sandbox.SandboxesConfig.BootPatience;
import dev.mulligan.host.sandbox.SandboxesConfig.WarmUpEffort;
import dev.mulligan.vm.WarmUp;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for a guest that is to become a template, and uses it until its code is warm. */
final class TemplateWarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(TemplateWarmUp.class);

    private final GuestConnector connector;
    private final BootPatience boot;
    private final WarmUpEffort warmUp;

    TemplateWarmUp(GuestConnector connector, BootPatience boot, WarmUpEffort warmUp) {
        this.connector = connector;
        this.boot = boot;
        this.warmUp = warmUp;
    }

    /** How often a machine may fail to come up. */
    int attempts() {
        return boot.attempts();
    }

    /** The warm-up, whose steps are told. */
    WarmUp telling(Consumer<String> progress) {
        return (port, log) -> warm(port, log, progress);
    }

    private void warm(Path port, Path log, Consumer<String> progress) {
        progress.accept("booting");
        try (GuestLink link = new GuestWait(connector).connect(port, log, boot)) {
            progress.accept("warming up");
            int rounds = new GuestWarmUp(link, warmUp.rounds(), warmUp.patience(), (done, of) -> {}).run();
            LOG.info("a template was warmed up in {} rounds", rounds);
            progress.accept("freezing");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw HostException.of(HostErrorCode.CANCELLED, "interrupted while a template was warmed up")
                    .cause(interrupted)
                    .build();
        }
    }
}
