package dev.mulligan.vm.libvirt;

import dev.mulligan.vm.VmErrorCode;
import dev.mulligan.vm.VmException;
import java.util.Locale;
import java.util.Optional;
import org.libvirt.LibvirtException;
import org.libvirt.jna.Libvirt;
import org.libvirt.jna.virError;

/**
 * Turns libvirt's last error into ours. The error belongs to the thread that made the call, so this runs there, at
 * once. Numbers from {@code virterror.h}.
 */
final class LibvirtFailure {
    private static final int NO_DOMAIN = 42;
    private static final int OPERATION_INVALID = 55;
    private static final int OPERATION_TIMEOUT = 68;

    /**
     * The last error of this thread.
     *
     * @param number libvirt's, 0 if it named none
     * @param message libvirt's words
     */
    private record LastError(int number, String message) {}

    private LibvirtFailure() {}

    /** Whether the last call of this thread failed since there is no such domain. */
    static boolean isNoDomain() {
        return lastError().number() == NO_DOMAIN;
    }

    /**
     * The last error of this thread as an exception.
     *
     * @param what was tried
     * @param connection by which
     */
    static VmException last(String what, Connection connection) {
        // In this order: asking whether the connection stands is a call of its own, which forgets the reason.
        LastError error = lastError();
        if (!connection.stands()) {
            return unavailable(what, error.message());
        }
        String message = error.message();
        if (message.toLowerCase(Locale.ROOT).contains("no space left on device")) {
            return failure(VmErrorCode.HOST_DISK_FULL, what, message, "room on the disk", "free space on the host");
        }
        return switch (error.number()) {
            case NO_DOMAIN, OPERATION_INVALID ->
                failure(VmErrorCode.WRONG_STATE, what, message, "a machine with a process", "look at its state");
            case OPERATION_TIMEOUT ->
                failure(VmErrorCode.CONFLICT, what, message, "no other job on the domain", "try again later");
            default -> failure(VmErrorCode.HYPERVISOR_FAILED, what, message, "success", "look at the log of libvirtd");
        };
    }

    static VmException unavailable(String what, String message) {
        return failure(
                VmErrorCode.HYPERVISOR_UNAVAILABLE,
                what,
                message,
                "a libvirt daemon that answers",
                "start libvirtd, or wait until it is back, and try again");
    }

    static VmException of(String what, LibvirtException e) {
        return unavailable(what, String.valueOf(e.getMessage()));
    }

    private static VmException failure(VmErrorCode code, String what, String message, String expected, String remedy) {
        return VmException.of(code, what, message, expected, remedy);
    }

    private static LastError lastError() {
        virError error = Libvirt.INSTANCE.virGetLastError();
        return error == null
                ? new LastError(0, "no reason given")
                : new LastError(error.code, Optional.ofNullable(error.message).orElse("no reason given"));
    }
}
