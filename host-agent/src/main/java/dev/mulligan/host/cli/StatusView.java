package dev.mulligan.host.cli;

import dev.mulligan.host.cli.terminal.Facts;
import dev.mulligan.proto.host.v1.GetStatusResponse;

/** The host agent's state for people. */
record StatusView(GetStatusResponse status) {
    @Override
    public String toString() {
        return new Facts()
                .add("version", status.getVersion())
                .add("process", status.getPid())
                .add("started", new When(status.getStarted()))
                .add("acceleration", status.getAcceleration() + reason())
                .add("hypervisor", status.getHypervisor())
                .add("state", status.getStateDirectory())
                .add("endpoints", String.join(", ", status.getEndpointsList()))
                .add("sandboxes", status.getSandboxes())
                .add(
                        "pool",
                        status.getPoolReady() + " of " + status.getPoolWanted() + " ready, templates: "
                                + status.getTemplates())
                .add("tasks", status.getTasksRunning() + " running, " + status.getTasksQueued() + " waiting")
                .add("audit entries", status.getAuditEntries())
                .toString();
    }

    private String reason() {
        return status.getAccelerationReason().isEmpty() ? "" : " (" + status.getAccelerationReason() + ")";
    }
}
