package dev.mulligan.host.sandbox;

import dev.mulligan.host.guest.GuestConnector;
import dev.mulligan.host.guest.GuestLink;
import dev.mulligan.host.sandbox.SandboxesConfig.BootPatience;
import dev.mulligan.vm.WarmUp;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Waits for a guest that is to become a template, and uses it until its code is warm. */
final class TemplateWarmUp {
    private final GuestConnector connector;
    private final BootPatience boot;

    TemplateWarmUp(GuestConnector connector, BootPatience boot) {
        this.connector = connector;
        this.boot = boot;
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
            link.warmUp();
            progress.accept("freezing");
        }
    }
}
