package dev.mulligan.vm.libvirt;

import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import dev.mulligan.vm.machine.Hypervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The unprivileged user of QEMU processes, and what it may reach: one file at a time, given by us. Where processes
 * run as ourselves there is nothing to give.
 *
 * @param uid the user
 * @param gid its group
 */
record ProcessUser(int uid, int gid) {
    private static final Pattern LABEL = Pattern.compile(
            "<model>dac</model>.*?<baselabel type='(?:kvm|qemu)'>\\+(\\d+):\\+(\\d+)</baselabel>", Pattern.DOTALL);

    /** The user that libvirt's capabilities name, if it runs processes as another one. */
    static Optional<ProcessUser> of(String capabilities) {
        Matcher matcher = LABEL.matcher(capabilities);
        if (!matcher.find()) {
            return Optional.empty();
        }
        return Optional.of(new ProcessUser(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))));
    }

    String label() {
        return "+" + uid + ":+" + gid;
    }

    void grant(Path file, Hypervisor.Access access) {
        try {
            switch (access) {
                case WRITE -> {
                    own(file, uid);
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
                }
                case READ -> {
                    if (!Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
                        own(file, 0);
                        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
                    }
                }
            }
        } catch (IOException e) {
            throw new VmException(
                    VmErrorCode.STORAGE_FAILED,
                    "owner of " + file + " (expected: can be set, as root); look at the cause: " + e,
                    e);
        }
    }

    private void own(Path file, int owner) throws IOException {
        Files.setAttribute(file, "unix:uid", owner);
        Files.setAttribute(file, "unix:gid", gid);
    }
}
