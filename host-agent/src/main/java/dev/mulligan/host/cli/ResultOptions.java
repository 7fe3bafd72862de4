package dev.mulligan.host.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What becomes of the results of code. */
final class ResultOptions {
    @Option(
            names = "--save-results",
            paramLabel = "DIR",
            description = "Save pictures and whatever else is not plain text in this directory, made if it is missing.")
    private @Nullable Path directory;

    ResultFiles files() {
        return new ResultFiles(Optional.ofNullable(directory));
    }
}
