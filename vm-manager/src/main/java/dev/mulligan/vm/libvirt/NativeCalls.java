package dev.mulligan.vm.libvirt;

import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.libvirt.jna.ConnectionPointer;
import org.libvirt.jna.DomainPointer;

/**
 * The calls of libvirt's C interface that libvirt-java lacks, or makes without flags, or whose handles it frees when
 * the garbage collector pleases. Names and flags as in libvirt's own reference. What a call returns as a Pointer is
 * ours to free; -1 or null is a failure, whose reason the same thread must ask for.
 */
interface NativeCalls extends Library {
    NativeCalls LIBVIRT = Native.load("virt", NativeCalls.class, Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));

    int LIST_ACTIVE = 1;
    int START_PAUSED = 1;
    int XML_SECURE = 1;
    int XML_MIGRATABLE = 8;
    int DESTROY_DEFAULT = 0;
    int AFFECT_LIVE = 1;
    int SAVE_RUNNING = 2;
    int SAVE_PAUSED = 4;
    int SNAPSHOT_NO_METADATA = 4;
    int SNAPSHOT_DISK_ONLY = 16;
    int SNAPSHOT_REUSE_EXT = 32;
    int SNAPSHOT_ATOMIC = 128;
    int STATE_RUNNING = 1;
    int STATE_PAUSED = 3;
    int STATE_SHUTTING_DOWN = 4;
    int PAUSED_IO_ERROR = 5;
    int JOB_NONE = 0;
    int EVENT_LIFECYCLE = 0;

    /** The size of virDomainBlockJobInfo: an int, and three numbers of eight bytes each, aligned. */
    long BLOCK_JOB_INFO_BYTES = 32;

    /** The size of virDomainJobInfo: an int, and eleven numbers of eight bytes each, aligned. */
    long JOB_INFO_BYTES = 96;

    /** A change in a domain's life; libvirt's {@code virConnectDomainEventCallback}. */
    @FunctionalInterface
    interface LifecycleCallback extends Callback {
        void onEvent(ConnectionPointer connection, DomainPointer domain, int event, int detail, Pointer opaque);
    }

    @Nullable
    DomainPointer virDomainCreateXML(ConnectionPointer connection, String xml, int flags);

    @Nullable
    DomainPointer virDomainLookupByUUIDString(ConnectionPointer connection, String uuid);

    int virDomainFree(DomainPointer domain);

    int virDomainGetUUIDString(DomainPointer domain, byte[] buffer);

    @Nullable
    Pointer virDomainGetXMLDesc(DomainPointer domain, int flags);

    int virDomainGetState(DomainPointer domain, IntByReference state, IntByReference reason, int flags);

    int virDomainGetJobInfo(DomainPointer domain, Pointer info);

    int virDomainSuspend(DomainPointer domain);

    int virDomainResume(DomainPointer domain);

    int virDomainDestroyFlags(DomainPointer domain, int flags);

    int virDomainSaveFlags(DomainPointer domain, String file, @Nullable String xml, int flags);

    int virDomainRestoreFlags(ConnectionPointer connection, String file, String xml, int flags);

    @Nullable
    Pointer virDomainSaveImageGetXMLDesc(ConnectionPointer connection, String file, int flags);

    @Nullable
    Pointer virDomainSnapshotCreateXML(DomainPointer domain, String xml, int flags);

    int virDomainSnapshotFree(Pointer snapshot);

    int virDomainAttachDeviceFlags(DomainPointer domain, String xml, int flags);

    int virDomainDetachDeviceFlags(DomainPointer domain, String xml, int flags);

    int virDomainBlockRebase(DomainPointer domain, String disk, String base, NativeLong bandwidth, int flags);

    int virDomainGetBlockJobInfo(DomainPointer domain, String disk, Pointer info, int flags);

    int virDomainBlockJobAbort(DomainPointer domain, String disk, int flags);

    int virDomainGetSchedulerParametersFlags(DomainPointer domain, Pointer parameters, IntByReference count, int flags);

    int virDomainSetSchedulerParametersFlags(DomainPointer domain, Pointer parameters, int count, int flags);

    int virConnectListAllDomains(ConnectionPointer connection, PointerByReference domains, int flags);

    @Nullable
    Pointer virConnectGetCapabilities(ConnectionPointer connection);

    @Nullable
    Pointer virConnectGetDomainCapabilities(
            ConnectionPointer connection,
            @Nullable String emulator,
            String architecture,
            String machine,
            String type,
            int flags);

    int virConnectDomainEventRegisterAny(
            ConnectionPointer connection,
            @Nullable DomainPointer domain,
            int event,
            LifecycleCallback callback,
            @Nullable Pointer opaque,
            @Nullable Pointer free);

    int virConnectDomainEventDeregisterAny(ConnectionPointer connection, int id);
}
