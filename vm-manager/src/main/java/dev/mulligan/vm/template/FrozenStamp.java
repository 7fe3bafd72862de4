package dev.mulligan.vm.template;

import dev.mulligan.vm.machine.TemplateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * By what it shows that nobody has touched the files of a template since they were compared with their digests: their
 * sizes, and when their content and they themselves were changed. Asked for each machine; costs three questions to the
 * file system.
 *
 * @param files of each, its attributes; empty where it is missing
 */
record FrozenStamp(List<Map<String, Object>> files) {
    private static final String ATTRIBUTES = "unix:ino,size,lastModifiedTime,ctime";

    static FrozenStamp of(TemplateFiles template) {
        return new FrozenStamp(
                List.of(attributes(template.disk()), attributes(template.memory()), attributes(template.moment())));
    }

    private static Map<String, Object> attributes(Path file) {
        try {
            return Files.readAttributes(file, ATTRIBUTES);
        } catch (IOException missing) {
            return Map.of();
        }
    }
}
