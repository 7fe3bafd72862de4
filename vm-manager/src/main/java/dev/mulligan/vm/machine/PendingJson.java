package dev.mulligan.vm.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mulligan.vm.CheckpointId;

/** The change under way, as part of a record's JSON. */
final class PendingJson {
    private PendingJson() {}

    static void write(ObjectNode node, Pending pending) {
        switch (pending) {
            case Pending.Advance advance -> {
                node.put("change", "advance").put("layer", advance.layer());
                advance.memory().ifPresent(memory -> node.put("memory", memory));
            }
            case Pending.Return back ->
                node.put("change", "return")
                        .put("checkpoint", back.checkpoint().value())
                        .put("layer", back.layer());
            case Pending.Save save -> node.put("change", "save").put("memory", save.memory());
            case Pending.Continue _ -> node.put("change", "continue");
            case Pending.Delete _ -> node.put("change", "delete");
        }
    }

    static Pending read(JsonNode node) {
        String change = MachineRecordJson.text(node, "change");
        return switch (change) {
            case "advance" ->
                new Pending.Advance(MachineRecordJson.text(node, "layer"), MachineRecordJson.optional(node, "memory"));
            case "return" ->
                new Pending.Return(
                        new CheckpointId(MachineRecordJson.text(node, "checkpoint")),
                        MachineRecordJson.text(node, "layer"));
            case "save" -> new Pending.Save(MachineRecordJson.text(node, "memory"));
            case "continue" -> new Pending.Continue();
            case "delete" -> new Pending.Delete();
            default -> throw new IllegalArgumentException("change: " + change + " (expected: a known one)");
        };
    }
}
