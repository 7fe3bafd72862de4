package dev.mulligan.vm;

import dev.mulligan.vm.libvirt.LibvirtDriver;
import dev.mulligan.vm.machine.DirectoryInspection;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The door of this module: the machines of one directory on one host.
 *
 * <p>A machine is a directory; the hypervisor's own storage holds nothing. So after a restart of this program, of
 * the daemon or of the host, {@link #open} finds every machine again, takes over those that still run, finishes or
 * undoes what was cut off, and removes what nobody owns.
 *
 * <p>One manager per directory at a time; a second {@code open} fails with {@link VmErrorCode#CONFLICT}. All
 * methods are safe for use from any thread, virtual ones included.
 */
public interface VmManager extends AutoCloseable {
    /** The name of the virtio-serial port in every guest: {@code /dev/virtio-ports/dev.mulligan.guest.0}. */
    String GUEST_PORT = "dev.mulligan.guest.0";

    /** {@code sun_path} holds 108 bytes, the last of which ends the string: unix(7). */
    int LONGEST_SOCKET_PATH = 107;

    /** By how many bytes the path of a socket can be longer than the directory of machines that it belongs to. */
    int SOCKET_BELOW_DIRECTORY = "/.templates/.new-0123456789abcdef01234567/port".length();

    /** How many disks can be attached to a machine at the same time. */
    int MAXIMUM_ATTACHMENTS = 8;

    /**
     * How a machine gets its process: connects to libvirt, probes the acceleration, takes over what runs.
     *
     * @throws VmException {@link VmErrorCode#HYPERVISOR_UNAVAILABLE} if there is no daemon,
     *     {@link VmErrorCode#CONFLICT} if another manager has the directory,
     *     {@link VmErrorCode#INVALID_ARGUMENT} if the hypervisor's user could not reach the directory
     */
    static VmManager open(VmManagerConfig config) {
        return new LibvirtDriver(config).open();
    }

    /**
     * What no machine of a directory needs, by its files alone: directories, layers and memory files. Needs no hypervisor;
     * only reads, and does not mind whether a manager has the directory, whose work in motion may be among it.
     */
    static List<Leftover> inspect(Path directory) {
        return new DirectoryInspection(directory).leftovers();
    }

    /** How guest instructions are executed here, and why so. */
    Acceleration acceleration();

    /** Names and versions of what runs the machines. */
    HypervisorInfo hypervisor();

    /**
     * Makes a machine: its directory, and an empty layer on {@link VmSpec#disk}. It does not run yet.
     *
     * @throws VmException {@link VmErrorCode#ALREADY_EXISTS}; {@link VmErrorCode#INVALID_ARGUMENT} if a file of the
     *     spec is missing or the disk larger than {@link VmSpec#diskSize}
     */
    Vm define(VmSpec spec);

    /** Images that were booted once and frozen. */
    Templates templates();

    /**
     * Makes a machine that goes on from a template. It is SAVED: {@link Vm#start} lets it run in mid-breath, {@link
     * Vm#load} lets it stand ready. It stands on a FULL checkpoint, {@link Checkpoint#FROM_TEMPLATE}, to which it can
     * return like to any other.
     *
     * @param spec as for a machine that boots, and of the template's shape
     * @throws VmException as the other {@code define}; {@link VmErrorCode#NOT_FOUND} if there is no such template
     */
    Vm define(VmSpec spec, Template template);

    /** All machines, by id. */
    List<Vm> list();

    Optional<Vm> find(VmId id);

    /** Like {@link #find}, but fails with {@link VmErrorCode#NOT_FOUND}. */
    default Vm get(VmId id) {
        return find(id).orElseThrow(() -> VmException.of(
                VmErrorCode.NOT_FOUND, "machine", id, "the id of a defined machine", "list the machines"));
    }

    /**
     * Delivers every change of state from now on. The listener is called on one thread of the manager, in order
     * for each machine; it must return quickly and may not call back into the manager. After a restart of the
     * daemon, changes that were missed meanwhile are delivered as one event with the state that came out.
     */
    Subscription subscribe(Consumer<VmEvent> listener);

    /** What looks like ours and belongs to no machine. Only reads. */
    List<Leftover> leftovers();

    /** Removes the removable ones of {@link #leftovers}; returns what it removed. */
    List<Leftover> sweep();

    /** Lets go of the hypervisor. The machines go on running. Closing twice does nothing. */
    @Override
    void close();
}
