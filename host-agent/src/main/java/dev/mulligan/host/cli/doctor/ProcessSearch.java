package dev.mulligan.host.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** QEMU processes with files of a machine whose directory is gone. */
record ProcessSearch(Path machines, ProcessTable processes) implements Search {
    @Override
    public List<Stray> find() throws IOException {
        Pattern machine = Pattern.compile(Pattern.quote(machines + "/") + "([A-Za-z0-9_-][A-Za-z0-9_.-]*)");
        List<Stray> found = new ArrayList<>();
        for (ProcessTable.Seen process : processes.all()) {
            Optional<Path> gone = process.arguments().stream()
                    .filter(_ -> process.isQemu())
                    .map(machine::matcher)
                    .filter(Matcher::find)
                    .map(matcher -> machines.resolve(matcher.group(1)))
                    .findFirst()
                    .filter(Files::notExists);
            gone.ifPresent(directory -> found.add(new Stray(
                    "process",
                    process.id(),
                    "QEMU of the machine " + directory + ", which is gone",
                    "kill " + process.id())));
        }
        return found;
    }
}
