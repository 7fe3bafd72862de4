package dev.mulligan.image.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class KernelModulesTest {

    private final KernelModules modules = new KernelModules(
            "usr/lib/modules/6/", "kernel/fs/ext4/ext4.ko\nkernel/drivers/virtio/virtio-pci.ko\n", """
            kernel/drivers/block/virtio_blk.ko.xz:
            kernel/drivers/scsi/virtio_scsi.ko.xz: kernel/drivers/scsi/scsi_mod.ko.xz kernel/drivers/scsi/scsi_common.ko.xz
            """);

    @Test
    void whatIsBuiltInNeedsNoFile() throws IOException {
        assertThat(modules.filesFor("virtio_pci", "ext4")).isEmpty();
    }

    @Test
    void whatAModuleNeedsComesFirstAndOnce() throws IOException {
        assertThat(modules.filesFor("virtio_blk", "virtio_scsi", "virtio_blk"))
                .containsExactly(
                        "usr/lib/modules/6/kernel/drivers/block/virtio_blk.ko.xz",
                        "usr/lib/modules/6/kernel/drivers/scsi/scsi_common.ko.xz",
                        "usr/lib/modules/6/kernel/drivers/scsi/scsi_mod.ko.xz",
                        "usr/lib/modules/6/kernel/drivers/scsi/virtio_scsi.ko.xz");
    }

    @Test
    void aKernelThatCannotReachTheDiskIsRefused() {
        assertThatIOException()
                .isThrownBy(() -> modules.filesFor("virtio_net"))
                .withMessageContaining("kernel module: virtio_net (expected: built in, or below /usr/lib/modules/6/)");
    }
}
