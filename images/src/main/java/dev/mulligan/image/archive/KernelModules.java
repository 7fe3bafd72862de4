package dev.mulligan.image.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * Which module files a kernel needs for what, from the lists that belong to it: {@code modules.builtin} and {@code
 * modules.dep} (depmod(8)).
 */
final class KernelModules {

    private final String folder;
    private final SequencedSet<String> builtIn = new LinkedHashSet<>();
    private final Map<String, List<String>> files = new HashMap<>();

    /**
     * The lists of a kernel.
     *
     * @param release of the kernel: {@code 6.12.0-cloud-amd64}
     */
    static KernelModules of(RootArchive root, String release) throws IOException {
        for (String library : List.of("usr/lib/modules/", "lib/modules/")) {
            String folder = library + release + "/";
            Optional<byte[]> dependencies = root.read(folder + "modules.dep");
            if (dependencies.isPresent()) {
                byte[] builtIn = root.read(folder + "modules.builtin").orElse(new byte[0]);
                return new KernelModules(folder, text(builtIn), text(dependencies.get()));
            }
        }
        throw new IOException("modules of kernel " + release + ": no modules.dep (expected: in /usr/lib/modules/"
                + release + "); is the package kmod installed?");
    }

    KernelModules(String folder, String builtInList, String dependencyList) {
        this.folder = folder;
        builtInList.lines().map(KernelModules::name).forEach(builtIn::add);
        dependencyList.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                List<String> paths = new ArrayList<>();
                paths.add(line.substring(0, colon));
                paths.addAll(List.of(line.substring(colon + 1).strip().split(" +")));
                paths.removeIf(String::isEmpty);
                files.put(name(paths.getFirst()), paths);
            }
        });
    }

    /** The files to load for these modules, in order, with their names in the archive. */
    List<String> filesFor(String... modules) throws IOException {
        SequencedSet<String> ordered = new LinkedHashSet<>();
        for (String module : modules) {
            if (builtIn.contains(module)) {
                continue;
            }
            List<String> paths = files.get(module);
            if (paths == null) {
                throw new IOException("kernel module: " + module + " (expected: built in, or below /" + folder
                        + "); install a kernel for virtual machines");
            }
            // depmod lists the nearest dependency first; the farthest is loaded first.
            paths.reversed().stream().map(path -> folder + path).forEach(ordered::add);
        }
        return List.copyOf(ordered);
    }

    /** {@code kernel/drivers/block/virtio-blk.ko.xz} → {@code virtio_blk}, as the kernel itself names it. */
    private static String name(String path) {
        String file = path.substring(path.lastIndexOf('/') + 1);
        int end = file.indexOf(".ko");
        return (end < 0 ? file : file.substring(0, end)).replace('-', '_');
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
