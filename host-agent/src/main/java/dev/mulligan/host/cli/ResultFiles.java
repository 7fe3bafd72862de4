package dev.mulligan.host.cli;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.proto.host.v1.MimeBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where results are saved as files: {@code call-1-2.png} is the second result of the first call.
 *
 * @param directory empty: nowhere
 */
record ResultFiles(Optional<Path> directory) {
    static final ResultFiles NONE = new ResultFiles(Optional.empty());

    private static final Map<String, String> EXTENSIONS = Map.of(
            "text/html", "html",
            "text/markdown", "md",
            "text/latex", "tex",
            "image/png", "png",
            "image/jpeg", "jpg",
            "image/svg+xml", "svg",
            "application/json", "json",
            "application/pdf", "pdf");

    /** Saves what is not plain text and returns the files; one of that name is replaced. */
    List<Path> save(String name, List<MimeBundle> results) {
        List<Path> saved = new ArrayList<>();
        directory.ifPresent(place -> {
            for (int index = 0; index < results.size(); index++) {
                for (var part : new TreeMap<>(results.get(index).getDataMap()).entrySet()) {
                    if (!part.getKey().equals("text/plain")) {
                        String file = name + "-" + (index + 1) + "." + extension(part.getKey());
                        saved.add(write(place.resolve(file), part.getValue().toByteArray()));
                    }
                }
            }
        });
        return saved;
    }

    /** The type is the guest's word: nothing of it gets into a file name but letters, digits and a few signs. */
    private static String extension(String type) {
        return EXTENSIONS.getOrDefault(type, type.replaceAll("[^A-Za-z0-9+-]", "_"));
    }

    private static Path write(Path file, byte[] content) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            return Files.write(file, content);
        } catch (IOException failed) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "result that cannot be saved")
                    .value(failed.toString())
                    .expected("a directory that can be written to")
                    .remedy("choose another --save-results")
                    .cause(failed)
                    .build();
        }
    }
}
