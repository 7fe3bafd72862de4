package dev.mulligan.vm.template;

import dev.mulligan.vm.Template;
import dev.mulligan.vm.Vm;
import dev.mulligan.vm.VmSpec;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** The machines of one kind in a {@link WarmPool}, and what is known of their use. Guarded by the pool. */
final class Shelf {
    final Template template;
    final VmSpec shape;
    final Deque<Vm> ready = new ArrayDeque<>();
    private final PoolLimits limits;
    private final Deque<Instant> recent = new ArrayDeque<>();
    private Optional<Integer> fixed = Optional.empty();
    private int learned = 1;
    private Instant lastUse;
    private long taken;
    private long missed;

    Shelf(Template template, VmSpec shape, PoolLimits limits, Instant now) {
        this.template = template;
        this.shape = shape;
        this.limits = limits;
        this.lastUse = now;
    }

    /** Takes one, and learns from it. */
    Optional<Vm> take(Instant now) {
        used(now);
        Optional<Vm> vm = Optional.ofNullable(ready.poll());
        if (vm.isPresent()) {
            taken++;
        } else {
            missed++;
        }
        return vm;
    }

    private void used(Instant now) {
        lastUse = now;
        recent.add(now);
        while (recent.getFirst().isBefore(now.minus(limits.burst()))) {
            recent.removeFirst();
        }
        learned = Math.max(learned, recent.size());
    }

    void fix(Optional<Integer> machines, Instant now) {
        fixed = machines;
        lastUse = now;
    }

    /** How many shall stand ready: as many as was said, or were taken at once; none of a kind that nobody takes. */
    int wanted(Instant now) {
        return Math.min(limits.most(), fixed.orElse(isIdle(now) ? 0 : learned));
    }

    boolean isLacking(Instant now) {
        return ready.size() < wanted(now);
    }

    boolean isIdle(Instant now) {
        return fixed.isEmpty() && lastUse.plus(limits.idle()).isBefore(now);
    }

    boolean isQuiet(Instant now) {
        return !lastUse.plus(limits.quiet()).isAfter(now);
    }

    WarmPool.State state(Instant now) {
        return new WarmPool.State(template.id(), ready.size(), wanted(now), taken, missed);
    }
}
