package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.guest.GuestConnector;
import dev.mulligan.host.guest.GuestIdentity;
import dev.mulligan.host.guest.GuestLink;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.host.guest.GuestWarmUp;
import dev.mulligan.host.sandbox.SandboxesConfig.BootPatience;
import dev.mulligan.host.sandbox.SandboxesConfig.WarmUpEffort;
import dev.mulligan.vm.VmSpec;
import dev.mulligan.vm.WarmUp;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for a guest that is to become a template, and uses it until its code is warm. */
final class TemplateWarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(TemplateWarmUp.class);

    private static final Duration RECONNECT = Duration.ofSeconds(10);

    // Then what the warm-up wrote goes to the disk, once and not in each clone.
    private static final String END_BOOT =
            "systemctl stop systemd-udevd-kernel.socket systemd-udevd-control.socket systemd-udevd.service; "
                    + "stopped=$?; sync; exit $stopped";

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

    /** The warm-up of such a machine, whose steps are told. */
    WarmUp of(VmSpec shape, Consumer<String> progress) {
        return (port, log) -> {
            try {
                warm(port, log, shape, progress);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw HostException.of(HostErrorCode.CANCELLED, "interrupted while a template was warmed up")
                        .cause(interrupted)
                        .build();
            }
            progress.accept("freezing");
        };
    }

    private void warm(Path port, Path log, VmSpec shape, Consumer<String> progress) throws InterruptedException {
        progress.accept("booting");
        try (GuestLink link = new GuestWait(connector).connect(port, log, boot)) {
            progress.accept("warming up");
            int rounds = new GuestWarmUp(link, warmUp.rounds(), warmUp.patience(), (done, of) -> {}).run();
            LOG.info("a template was warmed up in {} rounds", rounds);
        }
        connectAgain(port);
        try (GuestLink link = connector.connect(port, RECONNECT, Optional.empty())) {
            endWhatOnlyABootNeeds(link.guest());
            new ReadyInterpreters(progress).prepare(link);
            // Last of all: what is in that memory when the template is frozen is copied into each clone.
            if (shape.burst().bytes() > 0) {
                BurstMemory.takeIn(link.guest());
            }
        }
    }

    /**
     * Each clone is told that it is one (its generation ID changes), which the kernel reports to udev: with that, udev
     * would be busy longer than the guest agent is until its first answer. The only devices that come later are disks
     * that the guest agent finds by itself. How it ends does not matter: not every image has it.
     */
    private static void endWhatOnlyABootNeeds(Guest guest) throws InterruptedException {
        int code = GuestScript.run(guest, END_BOOT);
        if (code != 0) {
            LOG.info("udev of a template was not stopped: code {}", code);
        }
    }

    /**
     * A clone begins with a new connection, over which it hears who it is: that must be as warm as the rest. The machine
     * hears each time that it is who it is, so no key is made that clones would share.
     */
    private void connectAgain(Path port) {
        long begin = System.nanoTime();
        Optional<GuestIdentity> identity = Optional.empty();
        for (int round = 0; round < warmUp.rounds() && isPatient(begin); round++) {
            try (GuestLink link = connector.connect(port, RECONNECT, identity)) {
                if (round == 0) {
                    identity = itself(link.guest());
                }
            }
        }
    }

    private boolean isPatient(long begin) {
        return System.nanoTime() - begin < warmUp.patience().toNanos();
    }

    private static Optional<GuestIdentity> itself(Guest guest) {
        try {
            return Optional.of(new GuestIdentity(line(guest, "/etc/hostname"), line(guest, "/etc/machine-id")));
        } catch (HostException nobody) {
            LOG.info("a template is nobody, and is not warmed up for becoming somebody: {}", nobody.getMessage());
            return Optional.empty();
        }
    }

    private static String line(Guest guest, String path) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        guest.files().read(GuestPath.of(path), "root", content);
        return content.toString(StandardCharsets.ISO_8859_1).strip();
    }
}
