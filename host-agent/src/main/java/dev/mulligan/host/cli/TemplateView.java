package dev.mulligan.host.cli;

import dev.mulligan.host.cli.terminal.Table;
import dev.mulligan.proto.host.v1.ListTemplatesResponse;
import dev.mulligan.proto.host.v1.Template;
import dev.mulligan.vm.DataSize;

/** Templates for people. */
record TemplateView(Template template) {
    static String table(ListTemplatesResponse templates) {
        Table table = new Table(
                "TEMPLATE", "IMAGE", "MEMORY", "SIZE", "CREATED", "MADE IN", "READY", "TAKEN", "MISSED", "DISCARDED");
        for (Template template : templates.getTemplatesList()) {
            table.row(
                    template.getId(),
                    template.getImage().isEmpty() ? template.getImageDigest() : template.getImage(),
                    size(template.getMemoryBytes()),
                    size(template.getSizeBytes()),
                    new When(template.getCreated()).toString(),
                    Elapsed.of(template.getMaking()).toString(),
                    new TemplateView(template).ready(),
                    Long.toString(template.getTaken()),
                    Long.toString(template.getMissed()),
                    Long.toString(template.getDiscarded()));
        }
        return table.toString();
    }

    /** {@code 1 of 3}. */
    String ready() {
        return template.getReady() + " of " + template.getWanted();
    }

    private static String size(long bytes) {
        return DataSize.ofBytes(Math.max(0, bytes)).toDisplayString();
    }
}
