package dev.mulligan.vm.libvirt;

import dev.mulligan.vm.machine.DomainPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A domain whose memory is in a file: moments are taken from outside, and QEMU itself changes the disk. */
final class QemuWay implements DomainWay {
    private final Moments moments;

    QemuWay(Moments moments) {
        this.moments = moments;
    }

    /** Ends it, too: the moment is whole before the process is given up. */
    @Override
    public void save(Domain domain, DomainPlan plan, Path memory) {
        if (domain.isRunning()) {
            domain.suspend();
        }
        try (Moments.Taken taken = moments.take(domain, plan, memory)) {
            taken.complete();
        }
        new Ending(domain, plan.key()).run();
    }

    @Override
    public Duration snapshot(Domain domain, DomainPlan plan, Path layer, Optional<Path> memory) {
        long begin = System.nanoTime();
        if (memory.isPresent()) {
            return snapshot(domain, plan, layer, memory.get());
        }
        disk(domain).moveOn(layer);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private Duration snapshot(Domain domain, DomainPlan plan, Path layer, Path memory) {
        boolean running = domain.isRunning();
        long begin = System.nanoTime();
        if (running) {
            domain.suspend();
        }
        try (Moments.Taken taken = takeAndMoveOn(domain, plan, layer, memory, running)) {
            Duration pause = Duration.ofNanos(System.nanoTime() - begin);
            taken.complete();
            return pause;
        }
    }

    /** Both of one instant; whatever becomes of them, a machine that ran goes on. */
    private Moments.Taken takeAndMoveOn(Domain domain, DomainPlan plan, Path layer, Path memory, boolean running) {
        try {
            Moments.Taken taken = moments.take(domain, plan, memory);
            try {
                disk(domain).moveOn(layer);
                return taken;
            } catch (RuntimeException e) {
                taken.close();
                throw e;
            }
        } finally {
            if (running) {
                domain.resume();
            }
        }
    }

    @Override
    public boolean flatten(Domain domain, Path image) {
        return disk(domain).flatten(image);
    }

    @Override
    public boolean isFlattened(Domain domain, Path image) {
        return disk(domain).isFlattened(image);
    }

    @Override
    public void giveUpFlattening(Domain domain, Path image) {
        disk(domain).giveUpFlattening();
    }

    @Override
    public void beginFlattening(Domain domain, Path image) {
        disk(domain).beginFlattening(image);
    }

    @Override
    public boolean endFlattening(Domain domain, Path image) {
        return disk(domain).endFlattening(image);
    }

    @Override
    public Optional<Path> top(Domain domain) {
        return disk(domain).file();
    }

    private static MachineDisk disk(Domain domain) {
        return new MachineDisk(new Monitor(domain));
    }
}
