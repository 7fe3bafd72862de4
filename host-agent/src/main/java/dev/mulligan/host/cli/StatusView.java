package dev.mulligan.host.cli;

import dev.mulligan.host.cli.terminal.Facts;
import dev.mulligan.proto.host.v1.GetStatusResponse;

/** The host agent's state for people. */
record StatusView(StatusFields status) {
    @Override
    public String toString() {
        return new Facts()
                .add("version", status.text(GetStatusResponse.VERSION_FIELD_NUMBER))
                .add("process", status.number(GetStatusResponse.PID_FIELD_NUMBER))
                .add("started", When.of(status.number(GetStatusResponse.STARTED_FIELD_NUMBER)))
                .add("acceleration", status.text(GetStatusResponse.ACCELERATION_FIELD_NUMBER) + reason())
                .add("hypervisor", status.text(GetStatusResponse.HYPERVISOR_FIELD_NUMBER))
                .add("state", status.text(GetStatusResponse.STATE_DIRECTORY_FIELD_NUMBER))
                .add("endpoints", String.join(", ", status.all(GetStatusResponse.ENDPOINTS_FIELD_NUMBER)))
                .add("sandboxes", status.number(GetStatusResponse.SANDBOXES_FIELD_NUMBER))
                .add(
                        "pool",
                        status.number(GetStatusResponse.POOL_READY_FIELD_NUMBER) + " of "
                                + status.number(GetStatusResponse.POOL_WANTED_FIELD_NUMBER) + " ready, templates: "
                                + status.number(GetStatusResponse.TEMPLATES_FIELD_NUMBER))
                .add(
                        "tasks",
                        status.number(GetStatusResponse.TASKS_RUNNING_FIELD_NUMBER) + " running, "
                                + status.number(GetStatusResponse.TASKS_QUEUED_FIELD_NUMBER) + " waiting")
                .add("audit entries", status.number(GetStatusResponse.AUDIT_ENTRIES_FIELD_NUMBER))
                .toString();
    }

    private String reason() {
        String reason = status.text(GetStatusResponse.ACCELERATION_REASON_FIELD_NUMBER);
        return reason.isEmpty() ? "" : " (" + reason + ")";
    }
}
