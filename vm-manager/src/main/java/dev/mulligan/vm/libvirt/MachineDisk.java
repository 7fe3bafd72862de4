package dev.mulligan.vm.libvirt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The first disk of a machine whose memory is in a file. Its layers are changed by QEMU itself, while it runs: libvirt
 * would do it more slowly, and cannot give a machine another disk. So libvirt's picture of this one disk is that of the
 * machine's start, and what is true is asked here.
 */
final class MachineDisk {
    private static final String DEVICE = "/machine/peripheral/virtio-disk0/virtio-backend";
    private static final String OURS = "m-";
    private static final long UNLIMITED = 0;
    // Quick enough to end between two checkpoints: with 64 MiB a second, 16 MiB written were copied in vain until the
    // longest chain.
    private static final long IN_BACKGROUND = 256L << 20;

    private final Monitor monitor;
    private final StreamJob job;

    MachineDisk(Monitor monitor) {
        this.monitor = monitor;
        this.job = new StreamJob(monitor);
    }

    /** The file that the guest writes to; empty if it has thrown the disk out, as its root can. */
    Optional<Path> file() {
        return found().map(inserted -> Path.of(inserted.path("file").asText()));
    }

    private String node() {
        return inserted().path("node-name").asText();
    }

    private JsonNode inserted() {
        return found().orElseThrow(MachineDisk::thrownOut);
    }

    /** What is asked for needs the disk, and the guest has none any more. */
    static VmException thrownOut() {
        return VmException.of(
                VmErrorCode.HYPERVISOR_FAILED,
                "first disk of the machine",
                "the guest has thrown it out",
                "a disk " + DEVICE,
                "roll the machine back, or delete it");
    }

    private Optional<JsonNode> found() {
        for (JsonNode block : monitor.execute("query-block")) {
            if (block.path("qdev").asText().equals(DEVICE)) {
                return Optional.of(block.path("inserted"));
            }
        }
        return Optional.empty();
    }

    /** From now on writes go to an empty layer that stands on the present one. */
    void moveOn(Path layer) {
        String present = node();
        String next = add(layer, true);
        try {
            monitor.execute(
                    "blockdev-snapshot",
                    arguments -> arguments.put("node", present).put("overlay", next));
        } catch (VmException e) {
            delete(next);
            throw e;
        }
    }

    /**
     * The guest has another disk from now on: this layer, and what it stands on. Its processors stand still. The one that
     * it had stays open until {@link #letGo}.
     */
    void exchange(Path top) {
        String next = add(top, false);
        try {
            monitor.execute(
                    "qom-set",
                    arguments -> arguments
                            .put("path", DEVICE)
                            .put("property", "drive")
                            .put("value", next));
        } catch (VmException e) {
            delete(next);
            throw e;
        }
    }

    /**
     * The layer that the guest writes to begins to take in all that is below it, down to the image; the guest goes on
     * meanwhile. If that is cut off, the chain stays as it was. What has been copied before is not copied again.
     *
     * @return whether the image is directly below it, so that there is nothing to copy
     */
    boolean flatten(Path image) {
        if (endFlattening(image)) {
            return true;
        }
        job.begin(node(), image, UNLIMITED);
        return false;
    }

    /** Whether it has, and the image is directly below it now; fails if it ended otherwise. */
    boolean isFlattened(Path image) {
        if (job.isCopying()) {
            return false;
        }
        if (!endFlattening(image)) {
            throw Flattening.unfinished("ended, but the disk stands on " + below());
        }
        return true;
    }

    void giveUpFlattening() {
        if (job.isThere()) {
            job.giveUp();
        }
    }

    /** Begins the same and returns at once; {@link #endFlattening} makes it count. */
    void beginFlattening(Path image) {
        job.begin(node(), image, IN_BACKGROUND);
    }

    /** Finishes it if all is copied, and gives it up otherwise. Returns whether there is a disk that stands on the image. */
    boolean endFlattening(Path image) {
        Optional<String> disk =
                found().map(inserted -> inserted.path("node-name").asText());
        if (disk.isEmpty()) {
            giveUpFlattening();
            return false;
        }
        String present = disk.get();
        if (job.isCopied()) {
            job.finish(present);
        } else {
            giveUpFlattening();
        }
        // The layers between may be removed afterwards: what replaces them must survive the host, too.
        if (!below().equals(image) || !job.flush(present)) {
            return false;
        }
        letGo(present);
        return true;
    }

    private Path below() {
        return Path.of(
                inserted().path("image").path("backing-image").path("filename").asText());
    }

    /** Opens a layer under a name of its own; {@code alone}: without what it stands on. */
    private String add(Path layer, boolean alone) {
        String name = OURS + layer.getFileName().toString().replace(".qcow2", "");
        monitor.execute("blockdev-add", arguments -> {
            arguments.put("driver", "qcow2").put("node-name", name).put("discard", "unmap");
            ObjectNode file = arguments.putObject("file");
            file.put("driver", "file").put("filename", layer.toString()).put("discard", "unmap");
            if (alone) {
                arguments.putNull("backing");
            }
        });
        return name;
    }

    private void delete(String node) {
        monitor.execute("blockdev-del", arguments -> arguments.put("node-name", node));
    }

    /** Closes the files of layers that the guest does not use any more. */
    void letGo() {
        letGo(node());
    }

    private void letGo(String kept) {
        List<String> others = new ArrayList<>();
        for (JsonNode node : monitor.execute("query-named-block-nodes", arguments -> arguments.put("flat", true))) {
            String name = node.path("node-name").asText();
            boolean first = name.equals("libvirt-1-format") || name.equals("libvirt-1-storage");
            if ((first || name.startsWith(OURS)) && !name.equals(kept)) {
                others.add(name);
            }
        }
        // A layer can go when what stands on it is gone: as often as one goes, the others are tried again.
        boolean gone = true;
        while (gone && !others.isEmpty()) {
            gone = others.removeIf(this::tryDelete);
        }
    }

    private boolean tryDelete(String node) {
        try {
            delete(node);
            return true;
        } catch (VmException stillUsed) {
            return false;
        }
    }
}
