package dev.mulligan.vm.machine;

import dev.mulligan.vm.TemplateId;
import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files of one template.
 *
 * <pre>
 * template.json   what it depends on, and the digests of the others; written last
 * disk.qcow2      a layer on the image, frozen
 * memory          as large as the memory, with holes where nothing was ever written; frozen
 * moment          devices and description of the frozen machine
 * port, serial.log   while it is made
 * </pre>
 *
 * @param root the directory
 */
public record TemplateFiles(Path root) {
    /** Holds all templates of a machine directory. No machine id begins with a dot. */
    public static final String DIRECTORY = ".templates";

    public static TemplateFiles of(Path machines, TemplateId id) {
        return new TemplateFiles(machines.resolve(DIRECTORY).resolve(id.value()));
    }

    public Path record() {
        return root.resolve("template.json");
    }

    public Path disk() {
        return root.resolve("disk.qcow2");
    }

    public Path memory() {
        return root.resolve("memory");
    }

    public Path moment() {
        return root.resolve("moment");
    }

    public Path port() {
        return root.resolve("port");
    }

    public Path serialLog() {
        return root.resolve("serial.log");
    }

    /** Removes a template's directory, the record first: what is left is no template any more. */
    public static void remove(Path root) {
        try {
            Files.deleteIfExists(new TemplateFiles(root).record());
            for (Path file : MachineFiles.list(root)) {
                Files.delete(file);
            }
            Files.deleteIfExists(root);
        } catch (IOException e) {
            throw new VmException(VmErrorCode.STORAGE_FAILED, "template cannot be removed: " + root, e);
        }
    }
}
