package dev.mulligan.image.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Takes out of a root file system what starts it: the kernel, and a memory disk made for it. */
public final class BootFiles {

    private static final String KERNEL_PREFIX = "boot/vmlinuz-";
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private final RootArchive root;
    private final String release;

    private BootFiles(RootArchive root, String release) {
        this.root = root;
        this.release = release;
    }

    /** The newest kernel of a root file system; empty if it has none. */
    public static Optional<BootFiles> find(RootArchive root) {
        return root.names().stream()
                .filter(name -> name.startsWith(KERNEL_PREFIX))
                .map(name -> name.substring(KERNEL_PREFIX.length()))
                .max(Comparator.comparing(BootFiles::sortable))
                .map(release -> new BootFiles(root, release));
    }

    /** The kernel's release, as {@code uname -r} says. */
    public String release() {
        return release;
    }

    public void writeKernel(Path file) throws IOException {
        byte[] image = root.read(KERNEL_PREFIX + release)
                .orElseThrow(() -> new IOException("kernel: " + release + " has vanished from the archive"));
        Files.write(file, KernelImage.unpack(image));
    }

    /**
     * Writes the memory disk.
     *
     * @param init the first program, a script for busybox
     */
    public void writeInitrd(Path initrd, byte[] init) throws IOException {
        byte[] busybox = root.read("usr/bin/busybox", "bin/busybox")
                .orElseThrow(() -> new IOException(
                        "busybox: not in the root file system (expected: /usr/bin/busybox); install busybox-static"));
        // The channel to the host counts too: the guest agent looks for it before udev has loaded anything.
        List<String> modules =
                KernelModules.of(root, release).filesFor("virtio_pci", "virtio_blk", "ext4", "virtio_console");
        try (InitrdWriter writer = new InitrdWriter(initrd)) {
            writer.folders("bin", "dev", "lib", "proc", "root", "sys");
            writer.program("bin/busybox", busybox);
            writer.program("init", init);
            StringBuilder order = new StringBuilder();
            for (String module : modules) {
                byte[] content = root.read(module)
                        .orElseThrow(() -> new IOException("kernel module: " + module + " is not in the archive"));
                ModuleFile file = new ModuleFile(module);
                writer.file("lib/" + file.name(), file.content(content));
                order.append(file.name()).append('\n');
            }
            writer.file("modules", order.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Numbers in versions are compared as numbers: 6.12 is newer than 6.9. */
    private static String sortable(String release) {
        return NUMBER.matcher(release)
                .replaceAll(match -> "0".repeat(Math.max(0, 10 - match.group().length())) + match.group());
    }
}
