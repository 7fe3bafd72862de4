package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.vm.VmException;

/** From the failures of {@code vm-manager} to ours: the only place that does so. */
public final class VmFailures {
    private VmFailures() {}

    /** The words stay: they are made for people already. */
    public static HostException translate(VmException failure) {
        return HostException.of(code(failure), failure.what())
                .value(failure.value())
                .expected(failure.expected())
                .remedy(failure.remedy())
                .cause(failure)
                .build();
    }

    private static HostErrorCode code(VmException failure) {
        return switch (failure.code()) {
            case INVALID_ARGUMENT -> HostErrorCode.INVALID_ARGUMENT;
            case NOT_FOUND -> HostErrorCode.UNKNOWN_SANDBOX;
            case CHECKPOINT_NOT_FOUND -> HostErrorCode.UNKNOWN_CHECKPOINT;
            case CHECKPOINT_UNUSABLE -> HostErrorCode.CHECKPOINT_UNUSABLE;
            case ALREADY_EXISTS -> HostErrorCode.NAME_TAKEN;
            case WRONG_STATE, CONFLICT, GUEST_BUSY -> HostErrorCode.SANDBOX_BUSY;
            case HYPERVISOR_UNAVAILABLE -> HostErrorCode.NO_HYPERVISOR;
            case HOST_DISK_FULL -> HostErrorCode.HOST_DISK_FULL;
            case UNSUPPORTED -> HostErrorCode.UNSUPPORTED;
            case CLOSED -> HostErrorCode.SHUTTING_DOWN;
            case HYPERVISOR_FAILED, STORAGE_FAILED -> HostErrorCode.INTERNAL;
        };
    }
}
