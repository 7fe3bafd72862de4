package dev.mulligan.vm.libvirt;

import static java.util.Objects.requireNonNull;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.libvirt.xml.DomainDocument;
import dev.mulligan.vm.machine.DomainKey;
import dev.mulligan.vm.machine.DomainStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.libvirt.jna.DomainPointer;

/** A domain that was looked up; must be closed on the thread that opened it. */
final class Domain implements AutoCloseable {
    private static final NativeCalls LIBVIRT = NativeCalls.LIBVIRT;
    private static final Duration REMOVAL = Duration.ofSeconds(10);
    private static final long POLL_NANOS = 1_000_000;

    private final Connection connection;
    private final DomainPointer pointer;

    private Domain(Connection connection, DomainPointer pointer) {
        this.connection = connection;
        this.pointer = pointer;
    }

    /** The domain, or empty if there is none of this key. */
    static Optional<Domain> find(Connection connection, DomainKey key) {
        DomainPointer pointer = LIBVIRT.virDomainLookupByUUIDString(
                connection.pointer(), key.uuid().toString());
        if (pointer != null) {
            return Optional.of(new Domain(connection, pointer));
        }
        if (LibvirtFailure.isNoDomain()) {
            return Optional.empty();
        }
        throw LibvirtFailure.last("domain " + key.name(), connection);
    }

    static Domain create(Connection connection, String xml, String name) {
        return create(connection, xml, name, 0);
    }

    /** One whose processors stand still at first. */
    static Domain createPaused(Connection connection, String xml, String name) {
        return create(connection, xml, name, NativeCalls.START_PAUSED);
    }

    private static Domain create(Connection connection, String xml, String name, int flags) {
        var created = new AtomicReference<@Nullable DomainPointer>();
        begin(connection, "start of domain " + name, () -> {
            created.set(LIBVIRT.virDomainCreateXML(connection.pointer(), xml, flags));
            return created.get() != null;
        });
        return new Domain(connection, requireNonNull(created.get()));
    }

    /** One that libvirt saved to a file goes on, with other XML. */
    static void restore(Connection connection, String memory, String xml, String name, int flags) {
        begin(
                connection,
                "restore of domain " + name,
                () -> LIBVIRT.virDomainRestoreFlags(connection.pointer(), memory, xml, flags) == 0);
    }

    /** Tries again while the one before it has ended, and libvirt is still clearing up behind it. */
    private static void begin(Connection connection, String what, BooleanSupplier attempt) {
        long deadline = System.nanoTime() + REMOVAL.toNanos();
        while (!attempt.getAsBoolean()) {
            VmException failure = LibvirtFailure.last(what, connection);
            boolean removing = String.valueOf(failure.getMessage()).contains("already being removed");
            if (!removing || System.nanoTime() > deadline) {
                throw failure;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** All that run; each must be closed. */
    static List<Domain> all(Connection connection) {
        var array = new PointerByReference();
        int count = LIBVIRT.virConnectListAllDomains(connection.pointer(), array, NativeCalls.LIST_ACTIVE);
        if (count < 0) {
            throw LibvirtFailure.last("list of domains", connection);
        }
        var domains = new ArrayList<Domain>();
        if (count > 0) {
            for (Pointer pointer : array.getValue().getPointerArray(0, count)) {
                domains.add(new Domain(connection, new DomainPointer(pointer)));
            }
        }
        Native.free(Pointer.nativeValue(array.getValue()));
        return domains;
    }

    /** What it is doing; empty if it ended since it was looked up. */
    Optional<DomainStatus> status() {
        var state = new IntByReference();
        var reason = new IntByReference();
        if (LIBVIRT.virDomainGetState(pointer, state, reason, 0) < 0) {
            return noneIfGone("state");
        }
        // One that shuts down still has its process, and its disk.
        boolean running =
                state.getValue() == NativeCalls.STATE_RUNNING || state.getValue() == NativeCalls.STATE_SHUTTING_DOWN;
        boolean paused = state.getValue() == NativeCalls.STATE_PAUSED;
        if (!running && !paused) {
            // Shut off or crashed: the process is gone.
            return Optional.empty();
        }
        return description().map(document -> status(document, running, paused && isDiskFailure(reason)));
    }

    private static boolean isDiskFailure(IntByReference reason) {
        return reason.getValue() == NativeCalls.PAUSED_IO_ERROR;
    }

    private static DomainStatus status(DomainDocument document, boolean running, boolean diskFailed) {
        return new DomainStatus(
                running,
                diskFailed,
                document.furtherDisks().stream()
                        .map(DomainDocument.Disk::serial)
                        .collect(Collectors.toSet()));
    }

    /** Its XML now; empty if it ended since it was looked up. */
    Optional<DomainDocument> description() {
        Pointer text = LIBVIRT.virDomainGetXMLDesc(pointer, 0);
        return text == null ? noneIfGone("description") : Optional.of(DomainDocument.parse(NativeText.take(text)));
    }

    /** Its XML in the form from which it could be created again, device by device. */
    String lasting() {
        Pointer text = LIBVIRT.virDomainGetXMLDesc(pointer, NativeCalls.XML_SECURE | NativeCalls.XML_MIGRATABLE);
        if (text == null) {
            throw LibvirtFailure.last("description of a domain", connection);
        }
        return NativeText.take(text);
    }

    /** Whether it still has its process; asks for nothing else. */
    boolean isThere() {
        var state = new IntByReference();
        if (LIBVIRT.virDomainGetState(pointer, state, new IntByReference(), 0) < 0) {
            return noneIfGone("state").isPresent();
        }
        return switch (state.getValue()) {
            case NativeCalls.STATE_RUNNING, NativeCalls.STATE_PAUSED, NativeCalls.STATE_SHUTTING_DOWN -> true;
            default -> false;
        };
    }

    boolean isRunning() {
        var state = new IntByReference();
        check("state", LIBVIRT.virDomainGetState(pointer, state, new IntByReference(), 0));
        return state.getValue() == NativeCalls.STATE_RUNNING;
    }

    /** Asks QEMU itself; returns its answer, which may be an error. */
    String monitor(String command) {
        var answer = new PointerByReference();
        check("monitor of a domain", QemuCalls.LIBVIRT_QEMU.virDomainQemuMonitorCommand(pointer, command, answer, 0));
        return NativeText.take(answer.getValue());
    }

    /** Whether it stands still because the host could not read or write its disk. */
    boolean hasFailedDisk() {
        var state = new IntByReference();
        var reason = new IntByReference();
        check("state", LIBVIRT.virDomainGetState(pointer, state, reason, 0));
        return state.getValue() == NativeCalls.STATE_PAUSED && isDiskFailure(reason);
    }

    private <T> Optional<T> noneIfGone(String what) {
        if (LibvirtFailure.isNoDomain()) {
            return Optional.empty();
        }
        throw LibvirtFailure.last(what + " of a domain", connection);
    }

    void suspend() {
        check("pause", LIBVIRT.virDomainSuspend(pointer));
    }

    void resume() {
        check("resume", LIBVIRT.virDomainResume(pointer));
    }

    /** Ends it; that it ended by itself meanwhile is as good. */
    void destroy() {
        if (LIBVIRT.virDomainDestroyFlags(pointer, NativeCalls.DESTROY_DEFAULT) < 0 && status().isPresent()) {
            // The question for the state has replaced the reason: ask for the effect once more.
            check("end", LIBVIRT.virDomainDestroyFlags(pointer, NativeCalls.DESTROY_DEFAULT));
        }
    }

    void save(String file) {
        check("save", LIBVIRT.virDomainSaveFlags(pointer, file, null, 0));
    }

    /**
     * Whether libvirt is at work on it, whoever asked. A job that has ended but is not cleared away counts: of a save,
     * the file is not closed yet, and the process is still there.
     */
    boolean hasJob() {
        try (var info = new Memory(NativeCalls.JOB_INFO_BYTES)) {
            if (LIBVIRT.virDomainGetJobInfo(pointer, info) == 0) {
                return info.getInt(0) != NativeCalls.JOB_NONE;
            }
        }
        VmException failure = LibvirtFailure.last("job of a domain", connection);
        if (failure.code() == VmErrorCode.HYPERVISOR_UNAVAILABLE) {
            throw failure;
        }
        // Some jobs let nobody ask (a snapshot, while it changes the disks), and of some libvirt tells nothing (a
        // restore): a domain that is there, and does not say that it is idle, is at work.
        return status().isPresent();
    }

    void snapshot(String xml, int flags) {
        Pointer snapshot = LIBVIRT.virDomainSnapshotCreateXML(pointer, xml, flags);
        if (snapshot == null) {
            throw LibvirtFailure.last("checkpoint", connection);
        }
        check("end of checkpoint", LIBVIRT.virDomainSnapshotFree(snapshot));
    }

    void pull(String disk, String base) {
        check("shortening", LIBVIRT.virDomainBlockRebase(pointer, disk, base, new NativeLong(0), 0));
    }

    boolean hasBlockJob(String disk) {
        try (var info = new Memory(NativeCalls.BLOCK_JOB_INFO_BYTES)) {
            int found = LIBVIRT.virDomainGetBlockJobInfo(pointer, disk, info, 0);
            check("state of the shortening", found);
            return found > 0;
        }
    }

    void abortBlockJob(String disk) {
        check("end of the shortening", LIBVIRT.virDomainBlockJobAbort(pointer, disk, 0));
    }

    /** Its {@link ProcessorShares}; empty if this host keeps none. */
    OptionalLong processorShares() {
        var count = new IntByReference(ProcessorShares.MOST);
        try (var shares = ProcessorShares.unknown()) {
            int found = LIBVIRT.virDomainGetSchedulerParametersFlags(
                    pointer, shares.pointer(), count, NativeCalls.AFFECT_LIVE);
            if (found == 0) {
                return shares.read(count.getValue());
            }
        }
        boolean gone = LibvirtFailure.isNoDomain();
        VmException failure = LibvirtFailure.last("processor shares of a domain", connection);
        if (gone || failure.code() == VmErrorCode.HYPERVISOR_UNAVAILABLE) {
            throw failure;
        }
        // Without control groups, or without the right to them, each libvirt gives another reason.
        return OptionalLong.empty();
    }

    void setProcessorShares(long number) {
        try (var shares = ProcessorShares.of(number)) {
            int result =
                    LIBVIRT.virDomainSetSchedulerParametersFlags(pointer, shares.pointer(), 1, NativeCalls.AFFECT_LIVE);
            check("processor shares", result);
        }
    }

    void attach(String xml) {
        check("attach disk", LIBVIRT.virDomainAttachDeviceFlags(pointer, xml, NativeCalls.AFFECT_LIVE));
    }

    void detach(String xml) {
        check("detach disk", LIBVIRT.virDomainDetachDeviceFlags(pointer, xml, NativeCalls.AFFECT_LIVE));
    }

    private void check(String what, int result) {
        if (result < 0) {
            throw LibvirtFailure.last(what, connection);
        }
    }

    @Override
    public void close() {
        if (LIBVIRT.virDomainFree(pointer) < 0) {
            throw new IllegalStateException("a domain's handle was freed twice");
        }
    }
}
