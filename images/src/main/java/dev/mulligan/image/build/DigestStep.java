package dev.mulligan.image.build;

import dev.mulligan.image.Digest;
import dev.mulligan.image.ImageFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Computes an image's address, in a way that anybody can repeat: {@code sha256sum disk.qcow2 initrd kernel | sha256sum}
 * in its directory.
 */
final class DigestStep {

    private static final List<String> FILES = List.of(ImageFiles.DISK, ImageFiles.INITRD, ImageFiles.KERNEL);

    Digest run(Path directory, Allocation progress) throws IOException {
        StringBuilder sums = new StringBuilder();
        for (String file : FILES) {
            progress.at((double) FILES.indexOf(file) / FILES.size(), file);
            sums.append(Digest.of(directory.resolve(file)).hex())
                    .append("  ")
                    .append(file)
                    .append('\n');
        }
        return Digest.of(sums.toString());
    }
}
