package dev.mulligan.vm.libvirt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The smallest guest there is: a boot sector that tells the isa-debug-exit device to end QEMU with a status that
 * nothing else produces. That it comes proves that guest instructions were executed.
 */
class TrialGuest {
    // mov al, 0x2a; out 0xf4, al; hlt. The device ends QEMU with (value << 1) | 1.
    private static final byte[] CODE = {(byte) 0xb0, 0x2a, (byte) 0xe6, (byte) 0xf4, (byte) 0xf4};
    private static final int EXPECTED = 0x2a << 1 | 1;
    private static final int SECTOR = 512;
    private static final int SECONDS = 10;

    /** Why it did not run, or empty if it did. */
    Optional<String> failure() {
        return run("kvm");
    }

    Optional<String> run(String accelerator) {
        try {
            Path sector = Files.createTempFile("trial-guest", ".img");
            Path output = Files.createTempFile("trial-guest", ".log");
            try {
                Files.write(sector, bootSector());
                return run(accelerator, sector, output);
            } finally {
                Files.delete(sector);
                Files.delete(output);
            }
        } catch (IOException e) {
            return Optional.of("qemu-system-x86_64 could not be started: " + e.getMessage());
        }
    }

    private static Optional<String> run(String accelerator, Path sector, Path output) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        "qemu-system-x86_64",
                        "-accel",
                        accelerator,
                        "-nodefaults",
                        "-no-user-config",
                        "-display",
                        "none",
                        "-m",
                        "16",
                        "-no-reboot",
                        "-drive",
                        "format=raw,readonly=on,if=floppy,file=" + sector,
                        "-boot",
                        "a",
                        "-device",
                        "isa-debug-exit,iobase=0xf4,iosize=0x1"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                return Optional.of("no instruction of it was seen within " + SECONDS + " s");
            }
            return process.exitValue() == EXPECTED
                    ? Optional.empty()
                    : Optional.of("QEMU ended with " + process.exitValue() + ": " + firstLine(output));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        } finally {
            process.destroyForcibly();
        }
    }

    private static String firstLine(Path output) throws IOException {
        return Files.readString(output, StandardCharsets.ISO_8859_1)
                .lines()
                .findFirst()
                .orElse("no message");
    }

    private static byte[] bootSector() {
        var sector = new byte[SECTOR];
        System.arraycopy(CODE, 0, sector, 0, CODE.length);
        sector[SECTOR - 2] = 0x55;
        sector[SECTOR - 1] = (byte) 0xaa;
        return sector;
    }
}
