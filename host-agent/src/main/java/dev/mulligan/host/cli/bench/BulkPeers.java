package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.measure.Peer;
import dev.mulligan.host.cli.bench.measure.Timed;
import dev.mulligan.host.cli.bench.peer.DockerPeer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Who else carries {@link Workbench#BULK_BYTES}: Docker, and the bare port. */
record BulkPeers(Workbench bench) {
    private static final String IN_CONTAINER = "/tmp/bulk";

    List<Peer> in() throws Exception {
        Path bulk = bench.bulk();
        List<Peer> peers = new ArrayList<>();
        bench.docker().ifPresent(docker -> peers.add(docker.copyIn(bulk, IN_CONTAINER)));
        bench.barePort().ifPresent(port -> {
            peers.add(port.in(Workbench.BULK_BYTES));
            peers.add(port.intoFile(Workbench.BULK_BYTES));
        });
        return peers;
    }

    List<Peer> out() throws Exception {
        Path bulk = bench.bulk();
        List<Peer> peers = new ArrayList<>();
        bench.docker().ifPresent(docker -> peers.add(copyOut(docker, bulk)));
        bench.barePort().ifPresent(port -> {
            peers.add(port.out(Workbench.BULK_BYTES));
            peers.add(after(port.intoFile(Workbench.BULK_BYTES), port.fromFile(Workbench.BULK_BYTES)));
        });
        return peers;
    }

    private Peer copyOut(DockerPeer docker, Path bulk) {
        return after(
                docker.copyIn(bulk, IN_CONTAINER),
                docker.copyOut(IN_CONTAINER, bench.directory().resolve("bulk-out")));
    }

    /** What can only come out after it went in, once. */
    private static Peer after(Peer in, Peer out) {
        return new Peer(out.name(), new Timed() {
            private boolean there;

            @Override
            public void prepare() throws Exception {
                if (!there) {
                    in.operation().run();
                    there = true;
                }
            }

            @Override
            public void run() throws Exception {
                out.operation().run();
            }
        });
    }
}
