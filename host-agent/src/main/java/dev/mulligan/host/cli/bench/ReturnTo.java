package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.measure.Timed;
import dev.mulligan.proto.host.v1.Checkpoint;
import java.util.List;

/** Something is damaged after a checkpoint, and whole again after the return to it. */
abstract class ReturnTo implements Timed {
    private final BenchClient client;
    private final String sandbox;
    private final Checkpoint.Kind kind;
    private final List<String> paths;
    private String taken = "";
    private boolean returned;

    /** @param paths to return; none: the machine */
    ReturnTo(BenchClient client, String sandbox, Checkpoint.Kind kind, List<String> paths) {
        this.client = client;
        this.sandbox = sandbox;
        this.kind = kind;
        this.paths = List.copyOf(paths);
    }

    /** Before the checkpoint. */
    abstract void before() throws Exception;

    /** After the checkpoint. */
    abstract void damage() throws Exception;

    /** Fails if the damage is still there. */
    abstract void check() throws Exception;

    @Override
    public void prepare() throws Exception {
        taken = "";
        returned = false;
        before();
        taken = client.checkpoint(sandbox, kind).getCheckpoint().getId();
        damage();
    }

    @Override
    public void run() throws Exception {
        client.rollback(sandbox, taken, paths);
        returned = true;
    }

    @Override
    public void tidy() throws Exception {
        if (returned) {
            check();
        }
        if (!taken.isEmpty()) {
            client.deleteCheckpoint(sandbox, taken);
        }
    }
}
