package dev.mulligan.guest.system;

import dev.mulligan.guest.failure.GuestException;
import java.util.regex.Pattern;

/**
 * Who a machine is: hostname(5) and machine-id(5).
 *
 * @param hostName one label, lower case
 * @param machineId 32 lower-case hexadecimal digits, not all zero
 */
record MachineIdentity(String hostName, String machineId) {
    private static final Pattern HOST_NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern MACHINE_ID = Pattern.compile("(?!0{32})[0-9a-f]{32}");

    MachineIdentity {
        if (!HOST_NAME.matcher(hostName).matches()) {
            throw GuestException.invalid("identity.host_name", hostName, "1 to 63 of [a-z0-9-]");
        }
        if (!MACHINE_ID.matcher(machineId).matches()) {
            throw GuestException.invalid(
                    "identity.machine_id", machineId, "32 hexadecimal digits in lower case, not all zero");
        }
    }
}
