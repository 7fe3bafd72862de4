package dev.mulligan.vm.machine;

import dev.mulligan.vm.Acceleration;
import dev.mulligan.vm.HypervisorInfo;
import dev.mulligan.vm.Priority;
import dev.mulligan.vm.Subscription;
import dev.mulligan.vm.VmSpec;
import dev.mulligan.vm.checkpoint.Attachment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What machines ask of whatever runs them. It keeps nothing: a domain lives as long as its process.
 *
 * <p>Every method blocks until the effect is there, may be called from any thread, and fails with {@link
 * dev.mulligan.vm.VmException}. A method that names a domain which is not there fails with {@code WRONG_STATE},
 * unless it says otherwise.
 */
public interface Hypervisor extends AutoCloseable {
    HypervisorInfo info();

    Acceleration acceleration();

    /** Checks what can be checked before a machine is defined: files that exist and can be read. */
    void verify(VmSpec spec);

    /** Lets the process of a machine reach a file. */
    void grant(Path file, Access access);

    /** How far a process may reach. */
    enum Access {
        READ,
        WRITE
    }

    /** Starts a domain from its kernel. */
    void boot(DomainPlan plan);

    /**
     * Starts a domain from a memory file, which stays as it is. Cut off, it may leave a domain that is paused and not
     * whole: whoever finds one that was to be paused ends it.
     *
     * @param paused whether its processors stand still at first
     */
    void restore(DomainPlan plan, Path memory, boolean paused);

    /**
     * Brings a domain that is there, running or paused, to where a memory file and {@code plan.top()} are, without ending
     * its process; afterwards it is paused. What it has plugged in must be what it had plugged in then. If it fails, the
     * domain is of no use any more.
     *
     * <p>It may keep files of the disk that it had open, until {@link #tidy}.
     *
     * @return false if this domain, or this file, does not allow that: then nothing has changed
     */
    boolean rewind(DomainPlan plan, Path memory);

    /** Has a domain that was rewound let go of what it does not use any more, while it goes on. */
    void tidy(DomainPlan plan);

    /**
     * The file that the first disk of a domain writes to; empty if there is no domain, or if it has no such disk any more:
     * the guest's root can throw out what it was given.
     */
    Optional<Path> top(DomainPlan plan);

    /** Whether the file is a memory file that was written to its end. */
    boolean isComplete(Path memory);

    /**
     * The {@link #identity} of the hypervisor whose process was frozen in a memory file, and which alone may go on from
     * it; empty for a file of which the hypervisor itself sees to that.
     */
    Optional<String> frozenBy(Path memory);

    /** The {@link #identity} as it was when the process of a domain was started; empty if there is no domain. */
    Optional<String> runsOn(DomainKey key);

    /** The domain now, or empty: a domain that vanished is a normal answer. */
    Optional<DomainStatus> status(DomainKey key);

    /**
     * Whether the daemon is still at work on a domain for somebody who asked it to save, snapshot or restore it, and
     * who may be gone: its files are in motion. False if there is no domain.
     */
    boolean isBusy(DomainKey key);

    /** Every domain that carries our mark, of whichever directory. */
    List<DomainMark> domains();

    void pause(DomainKey key);

    void resume(DomainKey key);

    /** Ranks a domain among the others until it ends; NORMAL at first. Does nothing where that cannot be. */
    void prioritise(DomainKey key, Priority priority);

    /** Ends the domain; does nothing if there is none. */
    void destroy(DomainKey key);

    /** Writes the memory to a file and ends the domain. */
    void save(DomainPlan plan, Path memory);

    /** Why it cannot do with {@link GuestMemory} in files; empty if it can. */
    Optional<String> obstacleToTemplates();

    /**
     * What its version, its program and the host's processor contribute to a frozen machine: elsewhere it must not go on.
     * As it is now: it may be upgraded at any time.
     */
    String identity();

    /**
     * Ends a domain whose memory is {@link GuestMemory.Written}, so that memory, disk and {@code moment} are of one
     * instant. A moment is a memory file of {@link #restore} that holds nothing but the devices.
     */
    void freeze(DomainPlan plan, Path moment);

    /**
     * From one instant on, writes go to {@code layer}, an empty one that stands on the domain's present disk; with
     * {@code memory}, the memory of that instant is written there. The domain goes on as it was.
     *
     * @return how long it stood still, at most
     */
    Duration snapshot(DomainPlan plan, Path layer, Optional<Path> memory);

    /**
     * The file that the domain writes to takes in all that is below it, down to the image, on which it then stands.
     * The guest goes on meanwhile; the layers in between are only read, and not needed by the domain any more.
     */
    void flatten(DomainPlan plan, Path image);

    /**
     * Begins to copy what {@link #flatten} would, and returns at once; with a limit to its speed. Nothing
     * counts until {@link #endFlattening}; until then the domain is not to be saved, brought back or given another layer.
     * A domain that cannot do that does nothing.
     */
    void beginFlattening(DomainPlan plan, Path image);

    /**
     * Ends what {@link #beginFlattening} began, whoever asked for it: it counts if all has been copied, and is given up
     * otherwise. Waits for no copying.
     *
     * @return whether the file that the domain writes to stands on the image now
     */
    boolean endFlattening(DomainPlan plan, Path image);

    void attach(DomainKey key, Attachment attachment);

    /** Asks the guest to let go; the disk is gone when {@link #status} no longer lists its serial. */
    void requestDetach(DomainKey key, Attachment attachment);

    /**
     * Delivers what happens to domains, in order; both callbacks must return at once.
     *
     * @param missed is run when events may have been lost, such as after a restart of the daemon
     */
    Subscription listen(Consumer<DomainEvent> listener, Runnable missed);

    @Override
    void close();
}
