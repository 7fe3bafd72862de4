package dev.mulligan.vm.libvirt;

import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.machine.DomainKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** The QEMU processes of domains, found by what libvirt writes on their command lines: proc(5). */
final class Processes {
    private static final Path PROC = Path.of("/proc");

    private Processes() {}

    static long of(DomainKey key) {
        return find(key)
                .orElseThrow(() -> VmException.of(
                        VmErrorCode.WRONG_STATE,
                        "process of domain " + key.name(),
                        "not there",
                        "a machine with a process",
                        "look at its state: it may have crashed"));
    }

    static OptionalLong find(DomainKey key) {
        String uuid = key.uuid().toString();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[1-9]*")) {
            for (Path process : processes) {
                if (isMachine(process, uuid)) {
                    return OptionalLong.of(Long.parseLong(process.getFileName().toString()));
                }
            }
            return OptionalLong.empty();
        } catch (IOException e) {
            throw new VmException(VmErrorCode.STORAGE_FAILED, "/proc cannot be read (expected: Linux)", e);
        }
    }

    private static boolean isMachine(Path process, String uuid) {
        try {
            String line = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
            if (!line.contains(uuid)) {
                return false;
            }
            List<String> arguments = List.of(line.split("\0"));
            int at = arguments.indexOf("-uuid") + 1;
            return arguments.getFirst().contains("qemu")
                    && at > 0
                    && at < arguments.size()
                    && arguments.get(at).equals(uuid);
        } catch (IOException gone) {
            return false;
        }
    }
}
