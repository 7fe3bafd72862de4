package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.measure.Timed;
import dev.mulligan.proto.host.v1.Checkpoint;
import dev.mulligan.proto.host.v1.CreateCheckpointResponse;
import java.time.Duration;
import java.util.Map;

/** A checkpoint is taken; deleted afterwards, so that each is taken at the same depth. */
final class TakeCheckpoint implements Timed {
    private final BenchClient client;
    private final String sandbox;
    private final Checkpoint.Kind kind;
    private CreateCheckpointResponse taken = CreateCheckpointResponse.getDefaultInstance();

    TakeCheckpoint(BenchClient client, String sandbox, Checkpoint.Kind kind) {
        this.client = client;
        this.sandbox = sandbox;
        this.kind = kind;
    }

    @Override
    public void run() throws Exception {
        taken = CreateCheckpointResponse.getDefaultInstance();
        taken = client.checkpoint(sandbox, kind);
    }

    @Override
    public void tidy() throws Exception {
        if (taken.hasCheckpoint()) {
            client.deleteCheckpoint(sandbox, taken.getCheckpoint().getId());
        }
    }

    @Override
    public Map<String, Duration> aside() {
        return Map.of(
                "guest's pause, as the answer says",
                Duration.ofSeconds(
                        taken.getPause().getSeconds(), taken.getPause().getNanos()));
    }
}
