package dev.mulligan.host.sandbox;

import dev.mulligan.vm.DataSize;

/** How large a sandbox is; all of it enforced by the host. */
public record SandboxSize(DataSize memory, int processors, DataSize disk) {}
