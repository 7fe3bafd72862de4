package dev.mulligan.vm.template;

import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.Priority;
import dev.mulligan.vm.Template;
import dev.mulligan.vm.TemplateId;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmManager;
import dev.mulligan.vm.VmSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Machines of templates that stand ready: loaded, and their processors stand still. Taking one costs no more than
 * letting it run. What was taken is made up for in the background, one machine after the other, at low {@link Priority}.
 *
 * <p>How many of a kind stand ready follows from how many were taken at about the same time, lately, within {@link
 * PoolLimits} and what the host has left; kinds that nobody takes any more are given up. Where there cannot be enough of
 * all kinds, each has about as many. Safe for use by several threads.
 *
 * <p>Machines of a pool carry {@value #MARK} among their metadata, for ever: one without an owner was in the pool of a
 * program before, and is to be deleted.
 */
public final class WarmPool implements AutoCloseable {
    /** The metadata of machines that were made for a pool. */
    public static final String MARK = "pool";

    private static final Logger LOG = LoggerFactory.getLogger(WarmPool.class);
    // Between two looks: at kinds of which some are missing, at kinds that are complete, and after a failure.
    private static final Duration SOON = Duration.ofMillis(100);
    private static final Duration LATER = Duration.ofSeconds(2);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);

    private final VmManager manager;
    private final Care care;
    private final Supplier<VmId> ids;
    private final PoolLimits limits;
    private final Supplier<DataSize> memoryAvailable;
    private final InstantSource clock;
    private final Thread keeper;
    // Guarded by this.
    private final Map<TemplateId, Shelf> shelves = new LinkedHashMap<>();
    private final Set<VmId> held = new HashSet<>();
    // What could not be deleted, and when to try again.
    private final Deque<Vm> undeleted = new ArrayDeque<>();
    private Instant deleteAgain = Instant.MIN;
    private boolean preparing;
    private boolean closed;

    /** What is done with a machine before it stands ready, and what before it is given up. */
    public interface Care {
        /**
         * The machine is loaded and PAUSED, and is left PAUSED. What this throws keeps it from the pool. Interrupted when
         * the pool is closed.
         */
        void prepare(Vm vm);

        /** The machine is about to be deleted; it may never have been prepared. */
        void giveUp(VmId id);
    }

    /**
     * Opens a pool, which is empty.
     *
     * @param care for its machines, on a thread of the pool
     * @param ids names for its machines
     * @param memoryAvailable what the host has left, asked before each machine
     */
    public WarmPool(
            VmManager manager,
            Care care,
            Supplier<VmId> ids,
            PoolLimits limits,
            Supplier<DataSize> memoryAvailable,
            InstantSource clock) {
        this.manager = manager;
        this.care = care;
        this.ids = ids;
        this.limits = limits;
        this.memoryAvailable = memoryAvailable;
        this.clock = clock;
        this.keeper = Thread.ofPlatform().daemon().name("vm-pool").start(this::tend);
    }

    /**
     * The machines of one kind.
     *
     * @param template where they come from
     * @param ready how many stand ready
     * @param wanted how many shall
     * @param taken how many were taken since the pool was opened
     * @param missed how often none stood ready
     * @param discarded how many were thrown away since then, for they did not come to stand ready or did not answer
     */
    public record State(TemplateId template, int ready, int wanted, long taken, long missed, long discarded) {}

    /**
     * Takes a machine, PAUSED, which is the caller's from now on; empty if none stands ready.
     *
     * @param shape of which the template was made
     */
    public synchronized Optional<Vm> acquire(Template template, VmSpec shape) {
        Optional<Vm> vm = shelf(template, shape).take(clock.instant());
        vm.ifPresent(taken -> held.remove(taken.id()));
        LockSupport.unpark(keeper);
        return vm;
    }

    /** So many shall stand ready from now on, whatever is taken; empty: as many as use suggests. */
    public synchronized void keep(Template template, VmSpec shape, Optional<Integer> machines) {
        shelf(template, shape).fix(machines, clock.instant());
        LockSupport.unpark(keeper);
    }

    /** A machine of this template, from the pool or not, was thrown away by its owner: it did not answer. */
    public synchronized void discarded(TemplateId template) {
        Shelf shelf = shelves.get(template);
        if (shelf != null) {
            shelf.discarded();
        }
    }

    /** Deletes a machine that was taken and is of no use; what cannot be deleted now is tried again. */
    public void giveBack(Vm vm) {
        synchronized (this) {
            held.add(vm.id());
        }
        discard(vm);
    }

    /** Whether it stands ready, is being made to, or is being deleted. */
    public synchronized boolean holds(VmId id) {
        return held.contains(id);
    }

    /** What stands ready. */
    public synchronized List<State> states() {
        Instant now = clock.instant();
        return shelves.values().stream().map(shelf -> shelf.state(now)).toList();
    }

    /** Gives up all that stands ready of a template, and forgets it. */
    public void drop(TemplateId template) {
        List<Vm> over = new ArrayList<>();
        synchronized (this) {
            Shelf shelf = shelves.remove(template);
            if (shelf != null) {
                over.addAll(shelf.ready);
            }
        }
        over.forEach(this::discard);
    }

    private Shelf shelf(Template template, VmSpec shape) {
        return shelves.computeIfAbsent(template.id(), any -> {
            Shelf shelf = new Shelf(template, shape, limits, clock.instant());
            former(template, shape).ifPresent(former -> former.giveWayTo(shelf));
            return shelf;
        });
    }

    /** Of the same kind, from a template that is none any more: damaged, or of another hypervisor. */
    private Optional<Shelf> former(Template template, VmSpec shape) {
        return shelves.values().stream()
                .filter(shelf -> shelf.shape.equals(shape)
                        && shelf.template.content().equals(template.content())
                        && shelf.template.created().isBefore(template.created()))
                .max(Comparator.comparing(shelf -> shelf.template.created()));
    }

    private void tend() {
        while (true) {
            try {
                if (!step()) {
                    return;
                }
            } catch (RuntimeException failed) {
                // Whatever it is, of the machine or of its care: the pool is a convenience, and tries again.
                LOG.warn("the pool stays as it is for now: {}", failed.getMessage());
                pause(AFTER_FAILURE);
            }
        }
    }

    /** Makes one machine, or gives one up, or waits. Returns false once the pool is closed. */
    private boolean step() {
        Optional<Vm> over;
        Optional<Shelf> lacking;
        boolean complete;
        synchronized (this) {
            if (closed) {
                return false;
            }
            shelves.values().removeIf(Shelf::isOver);
            Instant now = clock.instant();
            over = undeleted(now).or(() -> surplus(now));
            lacking = over.isPresent() ? Optional.empty() : lacking(now);
            complete = shelves.values().stream().noneMatch(shelf -> shelf.isLacking(now));
        }
        if (over.isPresent()) {
            discard(over.get());
        } else if (lacking.isPresent()) {
            stock(lacking.get());
        } else {
            pause(complete ? LATER : SOON);
        }
        return true;
    }

    private Optional<Vm> undeleted(Instant now) {
        return deleteAgain.isAfter(now) ? Optional.empty() : Optional.ofNullable(undeleted.poll());
    }

    private Optional<Vm> surplus(Instant now) {
        boolean pressed = !held.isEmpty() && !hasRoomFor(0);
        return shelves.values().stream()
                .filter(shelf -> pressed || shelf.ready.size() > shelf.wanted(now))
                .filter(shelf -> !shelf.ready.isEmpty())
                .findFirst()
                .or(() -> held.size() < limits.all() ? Optional.empty() : atOthersExpense(now))
                .map(shelf -> shelf.ready.removeLast());
    }

    /** All that the pool may hold is there, and a kind lacks some of which another has two more. */
    private Optional<Shelf> atOthersExpense(Instant now) {
        return poorest(now)
                .flatMap(poor -> shelves.values().stream()
                        .max(Comparator.comparingInt(shelf -> shelf.ready.size()))
                        .filter(rich -> rich.ready.size() > poor.ready.size() + 1));
    }

    /** One machine more than the new one is asked for: it may turn out larger, and is not to be given up at once. */
    private Optional<Shelf> lacking(Instant now) {
        return poorest(now).filter(shelf -> held.size() < limits.all() && hasRoomFor(2));
    }

    private Optional<Shelf> poorest(Instant now) {
        return shelves.values().stream()
                .filter(shelf -> shelf.isDue(now))
                .min(Comparator.comparingInt(shelf -> shelf.ready.size()));
    }

    /** Whether the host has its reserve, and besides what so many machines take. */
    private boolean hasRoomFor(int machines) {
        long needed = limits.reserve().bytes() + machines * limits.memory().bytes();
        return memoryAvailable.get().bytes() >= needed;
    }

    private void stock(Shelf shelf) {
        VmId id = ids.get();
        Instant begin = clock.instant();
        synchronized (this) {
            held.add(id);
        }
        boolean stocked = false;
        try {
            Vm vm = manager.define(
                    shelf.shape.named(id, Map.of(MARK, shelf.template.id().value())), shelf.template);
            vm.load();
            // What is made ahead must not slow down what is used now; once it stands still it is to be taken at once.
            vm.prioritise(Priority.BACKGROUND);
            prepare(vm);
            vm.prioritise(Priority.NORMAL);
            synchronized (this) {
                stocked = !closed && shelves.get(shelf.template.id()) == shelf && shelf.ready.add(vm);
            }
        } catch (RuntimeException failed) {
            // Whatever it is, of the machine or of its care: the pool is a convenience, and tries again.
            LOG.warn("machine {} does not come to stand ready: {}", id, failed.getMessage());
            failed(shelf, begin);
        } finally {
            if (!stocked) {
                manager.find(id).ifPresentOrElse(this::discard, () -> forget(id));
            }
        }
    }

    /** An interrupt reaches nothing but the care: what the pool does itself goes to its end, and deletions most of all. */
    private void prepare(Vm vm) {
        synchronized (this) {
            if (closed) {
                return;
            }
            preparing = true;
        }
        try {
            care.prepare(vm);
        } finally {
            synchronized (this) {
                preparing = false;
                var _ = Thread.interrupted();
            }
        }
    }

    /**
     * The others are not to wait for it, and have as much time as it took; and of a template that is gone there is
     * nothing to be had.
     */
    private void failed(Shelf shelf, Instant begin) {
        TemplateId id = shelf.template.id();
        boolean gone = manager.templates().list().stream()
                .noneMatch(template -> template.id().equals(id));
        if (gone) {
            drop(id);
        }
        synchronized (this) {
            shelf.discarded();
            Instant now = clock.instant();
            Duration took = Duration.between(begin, now);
            shelf.rest(now.plus(took.compareTo(AFTER_FAILURE) > 0 ? took : AFTER_FAILURE));
        }
    }

    private void discard(Vm vm) {
        try {
            care.giveUp(vm.id());
        } catch (RuntimeException failed) {
            LOG.warn("machine {} of the pool is given up all the same: {}", vm.id(), failed.getMessage());
        }
        try {
            vm.delete();
        } catch (RuntimeException failed) {
            if (!isGone(failed)) {
                LOG.warn("machine {} of the pool stays for now: {}", vm.id(), failed.getMessage());
                deleteLater(vm);
                return;
            }
        }
        forget(vm.id());
    }

    private static boolean isGone(RuntimeException failed) {
        return failed instanceof VmException known && known.code() == VmErrorCode.NOT_FOUND;
    }

    /** Until then it is held: it takes its memory and its template as one that stands ready. */
    private synchronized void deleteLater(Vm vm) {
        undeleted.add(vm);
        deleteAgain = clock.instant().plus(AFTER_FAILURE);
    }

    private synchronized void forget(VmId id) {
        held.remove(id);
    }

    /** Sees to it now; it does so by itself, a little later. */
    void look() {
        LockSupport.unpark(keeper);
    }

    /** Until something changes, or this time is over. */
    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    /** Ends the background work, and deletes all that stands ready. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (preparing) {
                keeper.interrupt();
            }
        }
        LockSupport.unpark(keeper);
        try {
            keeper.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List<TemplateId> all;
        synchronized (this) {
            all = List.copyOf(shelves.keySet());
        }
        all.forEach(this::drop);
        List<Vm> left;
        synchronized (this) {
            left = List.copyOf(undeleted);
            undeleted.clear();
        }
        left.forEach(this::discard);
    }
}
