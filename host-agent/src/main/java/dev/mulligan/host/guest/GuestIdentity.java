package dev.mulligan.host.guest;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.Printable;
import dev.mulligan.proto.guest.v1.MachineIdentity;
import java.util.regex.Pattern;

/**
 * Who a machine is inside: what a clone must not share with its template, nor with another clone.
 *
 * @param hostName 1 to 63 of {@code [a-z0-9-]}, neither first nor last a hyphen
 * @param machineId 32 hexadecimal digits in lower case, not all zero: machine-id(5)
 */
public record GuestIdentity(String hostName, String machineId) {
    private static final Pattern HOST_NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern MACHINE_ID = Pattern.compile("(?!0{32})[0-9a-f]{32}");

    public GuestIdentity {
        if (!HOST_NAME.matcher(hostName).matches()) {
            throw invalid("host name", hostName, "1 to 63 of [a-z0-9-], neither first nor last a hyphen");
        }
        if (!MACHINE_ID.matcher(machineId).matches()) {
            throw invalid("machine id", machineId, "32 hexadecimal digits in lower case, not all zero");
        }
    }

    MachineIdentity message() {
        return MachineIdentity.newBuilder()
                .setHostName(hostName)
                .setMachineId(machineId)
                .build();
    }

    private static HostException invalid(String what, String value, String expected) {
        return HostException.of(HostErrorCode.INVALID_ARGUMENT, what)
                .value(Printable.of(value, 80))
                .expected(expected)
                .build();
    }
}
