package dev.mulligan.vm.disk;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.DiskFormat;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@link DiskTool} by {@code qemu-img}; see its manual page. */
public final class QemuImage implements DiskTool {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration COPY_TIMEOUT = Duration.ofMinutes(10);
    private final ObjectMapper json = new ObjectMapper();

    @Override
    public void createLayer(Path layer, Path below, DiskFormat format, DataSize size) {
        // -u: do not open the disk below, a running machine may hold its lock.
        run(List.of(
                "create",
                "-q",
                "-f",
                "qcow2",
                "-u",
                "-F",
                format.driver(),
                "-b",
                below.toString(),
                layer.toString(),
                Long.toString(size.bytes())));
        restrict(layer);
    }

    private static void restrict(Path layer) {
        try {
            Files.setPosixFilePermissions(layer, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new VmException(VmErrorCode.STORAGE_FAILED, "permissions of " + layer + " cannot be set", e);
        }
    }

    @Override
    public void squash(Path layer, Path target, Path image, DiskFormat format) {
        // -B: what the image holds is not copied. -U: a running machine may be reading the same layers.
        run(
                List.of(
                        "convert",
                        "-q",
                        "-U",
                        "-f",
                        "qcow2",
                        "-O",
                        "qcow2",
                        "-F",
                        format.driver(),
                        "-B",
                        image.toString(),
                        layer.toString(),
                        target.toString()),
                COPY_TIMEOUT);
        restrict(target);
    }

    @Override
    public DataSize virtualSize(Path disk, DiskFormat format) {
        // A raw disk is never probed: its content comes from a stranger and could pretend to be qcow2.
        String output = run(List.of("info", "-U", "--output=json", "-f", format.driver(), disk.toString()));
        return new DataSize(parse(disk, output).path("virtual-size").asLong());
    }

    @Override
    public boolean isSound(Path layer) {
        if (!Files.isRegularFile(layer)) {
            return false;
        }
        return command(List.of("info", "-U", "--output=json", "-f", "qcow2", layer.toString()), TIMEOUT)
                        .run()
                        .status()
                == 0;
    }

    private JsonNode parse(Path disk, String output) {
        try {
            return json.readTree(output);
        } catch (JacksonException e) {
            throw new VmException(
                    VmErrorCode.STORAGE_FAILED, "qemu-img info " + disk + " printed no JSON: " + output, e);
        }
    }

    private static String run(List<String> arguments) {
        return run(arguments, TIMEOUT);
    }

    private static String run(List<String> arguments, Duration timeout) {
        Command.Result result = command(arguments, timeout).run();
        if (result.status() == 0) {
            return result.output();
        }
        String said = result.output().strip();
        boolean full = said.toLowerCase(Locale.ROOT).contains("no space left on device");
        throw VmException.of(
                full ? VmErrorCode.HOST_DISK_FULL : VmErrorCode.STORAGE_FAILED,
                "qemu-img " + String.join(" ", arguments),
                "status " + result.status() + ", \"" + said + "\"",
                "status 0",
                full ? "free space on the host" : "look at the file it names");
    }

    private static Command command(List<String> arguments, Duration timeout) {
        var all = new ArrayList<String>();
        all.add("qemu-img");
        all.addAll(arguments);
        return new Command(all, timeout);
    }
}
