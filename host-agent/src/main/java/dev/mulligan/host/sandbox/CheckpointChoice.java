package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.Vm;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which checkpoint a rollback means. By default the newest on the line on which the machine stands, which leaves out
 * the states that earlier rollbacks went back from.
 */
final class CheckpointChoice {
    private final List<Checkpoint> all;
    private final Optional<CheckpointId> current;

    CheckpointChoice(Vm vm) {
        this.all = vm.checkpoints();
        this.current = vm.current();
    }

    Checkpoint forMachine(Optional<CheckpointId> asked) {
        return asked.map(this::known)
                .orElseGet(() -> newest(checkpoint -> checkpoint.kind() == CheckpointKind.FULL, "full checkpoint"));
    }

    Checkpoint forPaths(Optional<CheckpointId> asked) {
        return asked.map(this::known).orElseGet(() -> newest(checkpoint -> true, "checkpoint"));
    }

    /** {@code UNKNOWN_CHECKPOINT}. */
    Checkpoint known(CheckpointId id) {
        return find(id).orElseThrow(() -> HostException.of(HostErrorCode.UNKNOWN_CHECKPOINT, "unknown checkpoint")
                .value(id)
                .expected("the id of a checkpoint of this sandbox")
                .remedy("see 'mulligan checkpoint list'")
                .build());
    }

    private Optional<Checkpoint> find(CheckpointId id) {
        return all.stream().filter(checkpoint -> checkpoint.id().equals(id)).findFirst();
    }

    private Checkpoint newest(Predicate<Checkpoint> fits, String what) {
        Optional<Checkpoint> candidate = current.flatMap(this::find);
        while (candidate.isPresent() && !fits.test(candidate.get())) {
            candidate = candidate.get().parent().flatMap(this::find);
        }
        return candidate.orElseThrow(() -> HostException.of(HostErrorCode.NO_CHECKPOINT, "no " + what + " to return to")
                .expected("one that was taken before")
                .remedy("name one of 'mulligan checkpoint list', or take one the next time")
                .build());
    }
}
