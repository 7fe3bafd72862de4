package dev.mulligan.host.cli.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Programs that the host agent starts. */
record ProgramsCheck(Programs programs) implements Check {
    @Override
    public List<Finding> run() {
        Map<String, String> needed = new LinkedHashMap<>();
        needed.put("qemu-img", "makes the disks of sandboxes");
        needed.put("mmdebstrap", "makes the base image");
        needed.put("mke2fs", "makes file systems of images");
        List<Finding> findings = new ArrayList<>();
        needed.forEach((name, purpose) -> findings.add(finding(name, purpose)));
        return findings;
    }

    private Finding finding(String name, String purpose) {
        Optional<Path> program = programs.find(name);
        return program.isPresent()
                ? Finding.ok(name, program.get().toString())
                : Finding.fail(name, "not installed; it " + purpose, "./mulligan setup installs what is missing");
    }
}
