package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.image.Image;
import dev.mulligan.image.ImageException;
import dev.mulligan.image.ImageRef;
import dev.mulligan.image.ImageStore;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.DiskFormat;

/** The images of a store, as machines need them. */
final class StoredBootImages implements BootImages {
    private final ImageStore store;

    StoredBootImages(ImageStore store) {
        this.store = store;
    }

    @Override
    public BootImage find(String reference) {
        if (reference.isBlank()) {
            throw BootImages.unknown(reference);
        }
        try {
            return store.find(new ImageRef(reference))
                    .map(StoredBootImages::bootable)
                    .orElseThrow(() -> BootImages.unknown(reference));
        } catch (ImageException failed) {
            HostErrorCode code = failed.code() == ImageException.Code.UNKNOWN_IMAGE
                    ? HostErrorCode.UNKNOWN_IMAGE
                    : HostErrorCode.INTERNAL;
            throw HostException.of(code, failed.what())
                    .value(failed.value())
                    .expected(failed.expected())
                    .remedy(failed.remedy())
                    .cause(failed)
                    .build();
        }
    }

    private static BootImage bootable(Image image) {
        return new BootImage(
                image.manifest().digest().value(),
                image.disk(),
                switch (image.diskFormat()) {
                    case RAW -> DiskFormat.RAW;
                    case QCOW2 -> DiskFormat.QCOW2;
                },
                DataSize.ofBytes(image.manifest().diskSize().bytes()),
                image.kernel(),
                image.initrd(),
                image.kernelArguments());
    }
}
