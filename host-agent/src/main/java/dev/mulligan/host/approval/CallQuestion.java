package dev.mulligan.host.approval;

import dev.mulligan.host.SandboxId;
import dev.mulligan.host.TaskId;
import dev.mulligan.host.scope.Tool;
import dev.mulligan.vm.CheckpointId;
import java.util.Optional;

/**
 * What a person is asked about one call, before it runs.
 *
 * @param call its place in the task, from 0
 * @param root whether it would run as root inside the sandbox
 * @param arguments all of them, as JSON
 * @param wayBack the checkpoint to which the machine returns if the task is stopped; empty: the task keeps its sandbox
 */
public record CallQuestion(
        TaskId task,
        SandboxId sandbox,
        int call,
        Tool tool,
        boolean root,
        String arguments,
        String rule,
        String reason,
        Optional<CheckpointId> wayBack)
        implements Question {}
