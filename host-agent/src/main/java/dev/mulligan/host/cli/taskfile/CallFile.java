package dev.mulligan.host.cli.taskfile;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.yaml.YamlDocument;
import dev.mulligan.proto.host.v1.ToolCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads one call from YAML: an entry of {@code calls} in a {@link TaskFile}, alone in a file. */
public final class CallFile {
    private CallFile() {}

    /** BAD_TASK with file, line and column, or NO_SUCH_FILE. */
    public static ToolCall read(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException unreadable) {
            throw HostException.of(HostErrorCode.NO_SUCH_FILE, "file with a call that cannot be read")
                    .value(file)
                    .expected("a readable YAML file in UTF-8")
                    .remedy("write it as an entry of 'calls' in a task file: shell: ls")
                    .cause(unreadable)
                    .build();
        }
        return CallReader.read(new YamlDocument(file.toString(), "call", HostErrorCode.BAD_TASK)
                .parse(text, "one call, such as shell: ls"));
    }
}
