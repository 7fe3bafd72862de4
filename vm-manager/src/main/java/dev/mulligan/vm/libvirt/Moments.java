package dev.mulligan.vm.libvirt;

import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.libvirt.moment.DeviceStateDisk;
import dev.mulligan.vm.libvirt.moment.MomentFile;
import dev.mulligan.vm.libvirt.moment.MomentWriter;
import dev.mulligan.vm.libvirt.moment.Pages;
import dev.mulligan.vm.libvirt.moment.ProcessMemory;
import dev.mulligan.vm.machine.DomainPlan;
import dev.mulligan.vm.machine.GuestMemory;
import dev.mulligan.vm.machine.Hypervisor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes moments of machines that share a template's memory, and gives them back. What is done here is done while the
 * processors stand still, by the caller's doing.
 */
final class Moments {
    // The end of a device state: an empty description of itself. QEMU misses it otherwise, and says so in its log.
    private static final byte[] NO_DESCRIPTION = {6, 0, 0, 0, 0};

    private static final long MOST_UNUSED = 64L << 20;

    private final BiConsumer<Path, Hypervisor.Access> grant;

    /** @param grant lets the process reach a file */
    Moments(BiConsumer<Path, Hypervisor.Access> grant) {
        this.grant = grant;
    }

    /** What is being taken: the devices and the memory are copied, and not yet durable. */
    static final class Taken implements AutoCloseable {
        private final Path file;
        private final MomentWriter writer;
        private final Pages pages;

        private Taken(Path file, MomentWriter writer, Pages pages) {
            this.file = file;
            this.writer = writer;
            this.pages = pages;
        }

        /** Makes it durable; the machine may go on meanwhile. */
        void complete() {
            try {
                writer.complete(pages);
            } catch (IOException e) {
                throw failed(file, e);
            }
        }

        @Override
        public void close() {
            try {
                writer.close();
            } catch (IOException e) {
                throw failed(file, e);
            }
        }
    }

    /** Takes a moment: devices and what the machine wrote to its memory. */
    Taken take(Domain domain, DomainPlan plan, Path file) {
        ByteBuffer devices = devices(domain, file);
        try {
            return switch (plan.memory()) {
                case GuestMemory.Shared shared -> withMemory(domain, plan, shared.file(), file, devices);
                // What such a machine wrote is in its file; all that is missing is what is in no file.
                case GuestMemory.Written written -> withMemory(domain, plan, written.file(), file, devices);
                case GuestMemory.Own _ ->
                    new Taken(file, MomentWriter.begin(file, domain.lasting(), devices, 0), Pages.NONE);
            };
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static Taken withMemory(Domain domain, DomainPlan plan, Path shared, Path file, ByteBuffer devices)
            throws IOException {
        try (ProcessMemory memory = memory(plan, shared)) {
            Pages written = memory.written();
            MomentWriter writer = MomentWriter.begin(file, domain.lasting(), devices, written.count());
            try {
                return new Taken(file, writer, memory.copyTo(writer.content(), written));
            } catch (IOException e) {
                writer.close();
                throw e;
            }
        }
    }

    private ByteBuffer devices(Domain domain, Path file) {
        Path state = file.resolveSibling(file.getFileName() + ".devices");
        try {
            Files.write(state, new byte[0]);
            try {
                grant.accept(state, Hypervisor.Access.WRITE);
                new Monitor(domain).saveDevices(state);
                byte[] written = Files.readAllBytes(state);
                ByteBuffer whole = ByteBuffer.allocate(written.length + NO_DESCRIPTION.length);
                return whole.put(written).put(NO_DESCRIPTION).flip();
            } finally {
                Files.deleteIfExists(state);
            }
        } catch (IOException e) {
            throw failed(state, e);
        }
    }

    /** The moment in a file; empty if it is none, or was not completed. */
    static Optional<MomentFile> read(Path file) {
        try {
            return Files.isReadable(file) ? MomentFile.read(file) : Optional.empty();
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** Gives a machine that has just been created, and has not run yet, the memory and the devices of a moment. */
    void give(Domain domain, DomainPlan plan, Path file, MomentFile moment) {
        try {
            if (plan.memory() instanceof GuestMemory.Shared shared
                    && moment.pages().count() > 0) {
                try (ProcessMemory memory = memory(plan, shared.file());
                        FileChannel source = FileChannel.open(file, StandardOpenOption.READ)) {
                    memory.copyFrom(source, moment.content(), moment.pages());
                }
            }
            giveDevices(
                    domain,
                    plan.top()
                            .resolveSibling(
                                    file.getFileName() + "." + plan.key().id() + ".load"),
                    moment);
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /**
     * Gives a machine that has run the memory, the disk and the devices of a moment. What it wrote since, and the moment
     * has not, becomes the template's again.
     *
     * @return false, with nothing done, if the process has become so large since that a new one is better
     */
    boolean giveBack(Domain domain, DomainPlan plan, Path shared, Path file, MomentFile moment) {
        try (ProcessMemory memory = memory(plan, shared);
                FileChannel source = FileChannel.open(file, StandardOpenOption.READ);
                FileChannel template = FileChannel.open(shared, StandardOpenOption.READ)) {
            Pages since = memory.written().without(moment.pages());
            // To the guest of that moment these pages were free: it would never say so again, and they would stay.
            if (memory.burst(since) > MOST_UNUSED) {
                return false;
            }
            var pages = new FutureTask<@Nullable Void>(() -> {
                memory.copyFrom(source, moment.content(), moment.pages());
                memory.restore(template, since);
                return null;
            });
            var _ = Thread.ofVirtual().name("pages").start(pages);
            try {
                new MachineDisk(new Monitor(domain)).exchange(plan.top());
            } finally {
                await(pages);
            }
            giveDevices(domain, deviceDisk(plan, file), moment);
            return true;
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** Whatever happens meanwhile: its files are closed afterwards. */
    private static void await(FutureTask<@Nullable Void> pages) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    var _ = pages.get();
                    return;
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IOException known) {
                throw known;
            }
            throw new IllegalStateException("pages of a machine", failed);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Path deviceDisk(DomainPlan plan, Path file) {
        return plan.top().resolveSibling(file.getFileName() + "." + plan.key().id() + ".load");
    }

    private void giveDevices(Domain domain, Path disk, MomentFile moment) throws IOException {
        try (FileChannel channel = FileChannel.open(
                disk, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer content = DeviceStateDisk.of(moment.devices());
            while (content.hasRemaining()) {
                channel.write(content);
            }
            grant.accept(disk, Hypervisor.Access.WRITE);
            new Monitor(domain).loadDevices(disk, DeviceStateDisk.TAG);
        } finally {
            Files.deleteIfExists(disk);
        }
    }

    private static ProcessMemory memory(DomainPlan plan, Path shared) throws IOException {
        return ProcessMemory.open(
                Processes.of(plan.key()),
                shared,
                plan.spec().base().bytes(),
                plan.spec().burst().bytes());
    }

    private static VmException failed(Path file, IOException e) {
        boolean full = String.valueOf(e.getMessage()).contains("No space left");
        return new VmException(
                full ? VmErrorCode.HOST_DISK_FULL : VmErrorCode.STORAGE_FAILED,
                "moment " + file + ": " + e.getMessage() + " (expected: can be written and read); "
                        + (full ? "make room on the host" : "look at the cause"),
                e);
    }
}
