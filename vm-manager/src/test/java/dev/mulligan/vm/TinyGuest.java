package dev.mulligan.vm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The smallest real guest: Debian's cloud kernel, busybox, and a shell script as its only program. It boots within
 * seconds even when emulated.
 *
 * @param kernel the kernel
 * @param initrd busybox, the modules for virtio, and the script
 */
record TinyGuest(Path kernel, Path initrd) {
    /** Names an unpacked kernel package, to save the download. */
    private static final String PACKAGE = "MULLIGAN_TEST_KERNEL";

    // In the order in which they need each other.
    private static final List<String> MODULES = List.of(
            "virtio_ring",
            "virtio",
            "virtio_pci_legacy_dev",
            "virtio_pci_modern_dev",
            "virtio_pci",
            "virtio_blk",
            "virtio_console",
            "virtio_balloon");

    /** Builds it in a directory, or takes what an earlier run built there. */
    static TinyGuest in(Path directory) throws IOException {
        Path kernel = directory.resolve("vmlinuz");
        Path modules = directory.resolve("modules");
        boolean whole = Files.exists(kernel) && Files.exists(modules.resolve(MODULES.getLast()));
        if (!whole) {
            Files.createDirectories(directory);
            Path unpacked = kernelPackage(directory);
            if (!Files.exists(kernel)) {
                Files.copy(onlyFile(unpacked, "vmlinuz-"), kernel);
                Files.setPosixFilePermissions(kernel, PosixFilePermissions.fromString("rw-r--r--"));
            }
            copyModules(unpacked, modules);
        }
        byte[] archive = archive(modules);
        // Tests of another working copy, with another script, may run beside these.
        Path initrd = directory.resolve("initrd-" + Integer.toHexString(Arrays.hashCode(archive)));
        if (!Files.exists(initrd)) {
            // Whole under its name: another one's guest may be booting from it.
            Path next = Files.write(Files.createTempFile(directory, "initrd", ""), archive);
            Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(next, initrd, StandardCopyOption.ATOMIC_MOVE);
        }
        return new TinyGuest(kernel, initrd);
    }

    private static Path kernelPackage(Path directory) throws IOException {
        String given = System.getenv(PACKAGE);
        if (given != null) {
            return Path.of(given);
        }
        Path unpacked = directory.resolve("package");
        if (Files.isDirectory(unpacked)) {
            return unpacked;
        }
        String depends = run(directory, "apt-cache", "depends", "linux-image-cloud-amd64");
        String name = depends.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("Depends: linux-image-"))
                .map(line -> line.substring("Depends: ".length()))
                .findFirst()
                .orElseThrow(() -> new IOException("no kernel package: set " + PACKAGE));
        run(directory, "apt-get", "download", "-q", name);
        run(directory, "dpkg", "-x", onlyFile(directory, name).toString(), unpacked.toString());
        return unpacked;
    }

    /** A module that is built into this kernel has no file, and needs none. */
    private static void copyModules(Path unpacked, Path target) throws IOException {
        Files.createDirectories(target);
        for (String module : MODULES) {
            Optional<Path> file = find(unpacked, module + ".ko");
            if (file.isPresent() && !Files.exists(target.resolve(module))) {
                Files.copy(file.get(), target.resolve(module));
            }
        }
    }

    private static Path onlyFile(Path directory, String prefix) throws IOException {
        return find(directory, prefix).orElseThrow(() -> new IOException("no file " + prefix + "* in " + directory));
    }

    private static Optional<Path> find(Path directory, String prefix) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().startsWith(prefix))
                    .findFirst();
        }
    }

    private static byte[] archive(Path modules) throws IOException {
        var archive = new CpioArchive();
        for (String directory : List.of("bin", "dev", "proc", "sys", "modules")) {
            archive.directory(directory);
        }
        archive.file("bin/busybox", Files.readAllBytes(busybox()));
        archive.link("bin/sh", "busybox");
        var order = new ArrayList<String>();
        for (String module : MODULES) {
            if (Files.exists(modules.resolve(module))) {
                archive.file("modules/" + module, Files.readAllBytes(modules.resolve(module)));
                order.add(module);
            }
        }
        archive.file("modules/order", (String.join("\n", order) + "\n").getBytes(US_ASCII));
        try (InputStream init = TinyGuest.class.getResourceAsStream("/tiny-guest/init")) {
            archive.file("init", Objects.requireNonNull(init).readAllBytes());
        }
        return archive.finish();
    }

    private static Path busybox() {
        return Stream.of("/bin/busybox", "/usr/bin/busybox")
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new UncheckedIOException(new IOException("install busybox-static")));
    }

    VmSpec spec(VmId id, Path disk, DataSize memory) {
        return new VmSpec(
                id,
                disk,
                DiskFormat.RAW,
                DataSize.ofMebibytes(64),
                kernel,
                initrd,
                "console=ttyS0 quiet panic=-1",
                memory,
                1,
                Map.of("purpose", "test"));
    }

    private static String run(Path directory, String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), US_ASCII);
            if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
            return output;
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    /** A "newc" archive, as the kernel unpacks it: Documentation/driver-api/early-userspace/buffer-format.rst. */
    private static final class CpioArchive {
        private static final int DIRECTORY = 0040755;
        private static final int PROGRAM = 0100755;
        private static final int LINK = 0120777;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int number;

        void directory(String name) {
            entry(name, DIRECTORY, new byte[0]);
        }

        void file(String name, byte[] content) {
            entry(name, PROGRAM, content);
        }

        void link(String name, String target) {
            entry(name, LINK, target.getBytes(US_ASCII));
        }

        byte[] finish() {
            entry("TRAILER!!!", 0, new byte[0]);
            return bytes.toByteArray();
        }

        private void entry(String name, int mode, byte[] content) {
            number++;
            var header = new StringBuilder("070701");
            int[] fields = {number, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length() + 1, 0};
            for (int field : fields) {
                header.append(String.format("%08X", field));
            }
            bytes.writeBytes((header + name + "\0").getBytes(US_ASCII));
            pad();
            bytes.writeBytes(content);
            pad();
        }

        private void pad() {
            bytes.writeBytes(new byte[(4 - bytes.size() % 4) % 4]);
        }
    }
}
