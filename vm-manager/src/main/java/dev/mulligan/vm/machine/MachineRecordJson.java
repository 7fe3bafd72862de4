package dev.mulligan.vm.machine;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mulligan.vm.Checkpoint;
import dev.mulligan.vm.CheckpointId;
import dev.mulligan.vm.CheckpointKind;
import dev.mulligan.vm.DataSize;
import dev.mulligan.vm.DiskAttachment;
import dev.mulligan.vm.DiskFormat;
import dev.mulligan.vm.TemplateId;
import dev.mulligan.vm.VmId;
import dev.mulligan.vm.VmSpec;
import dev.mulligan.vm.checkpoint.Attachment;
import dev.mulligan.vm.checkpoint.CheckpointTree;
import dev.mulligan.vm.checkpoint.LayerGraph;
import dev.mulligan.vm.checkpoint.StoredCheckpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * A record as JSON. Written out by hand, so that renaming a field in Java never changes a file that is already on
 * somebody's disk.
 */
final class MachineRecordJson {
    static final int FORMAT = 1;

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private MachineRecordJson() {}

    static String write(MachineRecord record) {
        ObjectNode root = JSON.createObjectNode().put("format", FORMAT);
        writeSpec(root.putObject("spec"), record.spec());
        root.put("power", record.power().name());
        ArrayNode layers = root.putArray("layers");
        record.layers().parents().forEach((layer, parent) -> {
            ObjectNode node = layers.addObject().put("name", layer);
            parent.ifPresent(below -> node.put("parent", below));
        });
        root.put("top", record.top());
        ArrayNode checkpoints = root.putArray("checkpoints");
        record.checkpoints().oldestFirst().forEach(stored -> writeCheckpoint(checkpoints.addObject(), stored));
        record.checkpoints().current().ifPresent(current -> root.put("current", current.value()));
        record.memory().ifPresent(memory -> root.put("memory", memory));
        ArrayNode attachments = root.putArray("attachments");
        record.attachments().forEach(attachment -> writeAttachment(attachments.addObject(), attachment));
        root.put("counter", record.counter());
        record.pending().ifPresent(pending -> PendingJson.write(root.putObject("pending"), pending));
        return root.toPrettyString() + "\n";
    }

    /** Reads what {@link #write} wrote; IllegalArgumentException for anything else. */
    static MachineRecord read(String text) {
        JsonNode root;
        try {
            root = JSON.readTree(text);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("no JSON", e);
        }
        if (root.path("format").asInt() != FORMAT) {
            throw new IllegalArgumentException("format: " + root.path("format") + " (expected: " + FORMAT + ")");
        }
        try {
            return readRecord(root);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("not a machine's record: " + e.getMessage(), e);
        }
    }

    private static MachineRecord readRecord(JsonNode root) {
        var parents = new LinkedHashMap<String, Optional<String>>();
        root.required("layers").forEach(node -> parents.put(text(node, "name"), optional(node, "parent")));
        var checkpoints = new ArrayList<StoredCheckpoint>();
        root.required("checkpoints").forEach(node -> checkpoints.add(readCheckpoint(node)));
        var attachments = new ArrayList<Attachment>();
        root.required("attachments").forEach(node -> attachments.add(readAttachment(node)));
        return new MachineRecord(
                readSpec(root.required("spec")),
                Power.valueOf(text(root, "power")),
                new LayerGraph(parents),
                text(root, "top"),
                new CheckpointTree(checkpoints, optional(root, "current").map(CheckpointId::new)),
                optional(root, "memory"),
                attachments,
                root.required("counter").asInt(),
                Optional.ofNullable(root.get("pending")).map(PendingJson::read));
    }

    private static void writeSpec(ObjectNode node, VmSpec spec) {
        node.put("id", spec.id().value())
                .put("disk", spec.disk().toString())
                .put("diskFormat", spec.diskFormat().name())
                .put("diskSize", spec.diskSize().toString())
                .put("kernel", spec.kernel().toString())
                .put("initrd", spec.initrd().toString())
                .put("kernelArguments", spec.kernelArguments())
                .put("memory", spec.memory().toString())
                .put("processors", spec.processors());
        spec.template().ifPresent(template -> node.put("template", template.value()));
        if (spec.burst().bytes() > 0) {
            node.put("burst", spec.burst().toString());
        }
        ObjectNode metadata = node.putObject("metadata");
        spec.metadata().forEach(metadata::put);
    }

    private static VmSpec readSpec(JsonNode node) {
        var metadata = new LinkedHashMap<String, String>();
        node.required("metadata")
                .properties()
                .forEach(entry -> metadata.put(entry.getKey(), entry.getValue().asText()));
        return new VmSpec(
                new VmId(text(node, "id")),
                Path.of(text(node, "disk")),
                DiskFormat.valueOf(text(node, "diskFormat")),
                DataSize.parse(text(node, "diskSize")),
                Path.of(text(node, "kernel")),
                Path.of(text(node, "initrd")),
                text(node, "kernelArguments"),
                DataSize.parse(text(node, "memory")),
                node.required("processors").asInt(),
                metadata,
                optional(node, "template").map(TemplateId::new),
                // A machine that was defined before there was such memory has none, and its moments know of none.
                optional(node, "burst").map(DataSize::parse).orElse(DataSize.ZERO));
    }

    private static void writeCheckpoint(ObjectNode node, StoredCheckpoint stored) {
        Checkpoint about = stored.about();
        node.put("id", about.id().value());
        about.parent().ifPresent(parent -> node.put("parent", parent.value()));
        node.put("kind", about.kind().name())
                .put("label", about.label())
                .put("created", about.created().toString())
                .put("pause", about.pause().toString())
                .put("size", about.size().toString())
                .put("layer", stored.layer());
        stored.memory().ifPresent(memory -> node.put("memory", memory));
        ArrayNode attachments = node.putArray("attachments");
        stored.attachments().forEach(attachment -> writeAttachment(attachments.addObject(), attachment));
    }

    private static StoredCheckpoint readCheckpoint(JsonNode node) {
        var about = new Checkpoint(
                new CheckpointId(text(node, "id")),
                optional(node, "parent").map(CheckpointId::new),
                CheckpointKind.valueOf(text(node, "kind")),
                text(node, "label"),
                Instant.parse(text(node, "created")),
                Duration.parse(text(node, "pause")),
                DataSize.parse(text(node, "size")));
        List<Attachment> attachments = new ArrayList<>();
        node.required("attachments").forEach(disk -> attachments.add(readAttachment(disk)));
        return new StoredCheckpoint(about, text(node, "layer"), optional(node, "memory"), attachments);
    }

    private static void writeAttachment(ObjectNode node, Attachment attachment) {
        DiskAttachment disk = attachment.disk();
        node.put("file", disk.file().toString())
                .put("serial", disk.serial())
                .put("readOnly", disk.readOnly())
                .put("format", disk.format().name())
                .put("target", attachment.target());
        attachment.standsOn().ifPresent(layer -> node.put("standsOn", layer));
    }

    private static Attachment readAttachment(JsonNode node) {
        var disk = new DiskAttachment(
                Path.of(text(node, "file")),
                text(node, "serial"),
                node.required("readOnly").asBoolean(),
                DiskFormat.valueOf(text(node, "format")));
        return new Attachment(disk, text(node, "target"), optional(node, "standsOn"));
    }

    static String text(JsonNode node, String name) {
        return node.required(name).asText();
    }

    static Optional<String> optional(JsonNode node, String name) {
        return Optional.ofNullable(node.get(name)).map(JsonNode::asText);
    }
}
