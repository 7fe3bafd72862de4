package dev.mulligan.host.cli;

import dev.mulligan.host.cli.terminal.Facts;
import dev.mulligan.host.cli.terminal.Table;
import dev.mulligan.proto.host.v1.IdleTimeouts;
import dev.mulligan.proto.host.v1.ListSandboxesResponse;
import dev.mulligan.proto.host.v1.Sandbox;
import dev.mulligan.vm.DataSize;
import java.util.Locale;

/** A sandbox for people. */
record SandboxView(Sandbox sandbox) {
    static String table(ListSandboxesResponse sandboxes) {
        Table table = new Table("SANDBOX", "NAME", "STATE", "IMAGE", "MEMORY", "CPUS", "CREATED", "TASK", "LABELS");
        for (Sandbox sandbox : sandboxes.getSandboxesList()) {
            SandboxView view = new SandboxView(sandbox);
            table.row(
                    sandbox.getId(),
                    sandbox.getName(),
                    view.state(),
                    sandbox.getImage(),
                    size(sandbox.getSize().getMemoryBytes()),
                    Integer.toString(sandbox.getSize().getProcessors()),
                    new When(sandbox.getCreated()).toString(),
                    sandbox.getTaskId(),
                    Labels.text(sandbox.getLabelsMap()));
        }
        return table.toString();
    }

    String state() {
        return sandbox.getState().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        IdleTimeouts idle = sandbox.getIdle();
        return new Facts()
                .add("sandbox", sandbox.getId())
                .add("name", sandbox.getName())
                .add("state", state())
                .add("reason", sandbox.getReason())
                .add("image", sandbox.getImage() + " " + sandbox.getImageDigest())
                .add("memory", size(sandbox.getSize().getMemoryBytes()))
                .add("processors", sandbox.getSize().getProcessors())
                .add("disk", size(sandbox.getSize().getDiskBytes()))
                .add("labels", Labels.text(sandbox.getLabelsMap()))
                .add("environment", Labels.text(sandbox.getEnvironmentMap()))
                .add(
                        "idle",
                        idle(idle.getPause(), "paused")
                                + idle(idle.getSave(), "saved")
                                + idle(idle.getDelete(), "deleted"))
                .add("created", new When(sandbox.getCreated()))
                .add("last used", new When(sandbox.getLastUsed()))
                .add("task", sandbox.getTaskId())
                .toString();
    }

    private static String idle(com.google.protobuf.Duration after, String what) {
        boolean ever = after.getSeconds() > 0 || (after.getSeconds() == 0 && after.getNanos() > 0);
        return ever ? what + " after " + Elapsed.of(after) + "  " : "";
    }

    private static String size(long bytes) {
        return DataSize.ofBytes(Math.max(0, bytes)).toDisplayString();
    }
}
