package dev.mulligan.host.cli.doctor;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks for strays of one sort, in what everybody can see: needs no host agent, takes no lock, changes nothing. */
interface Search {
    List<Stray> find() throws IOException;

    /** What a directory holds, in order; nothing if there is no such directory. */
    static List<Path> entries(Path directory, String glob) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
            stream.forEach(entries::add);
        } catch (NoSuchFileException nothing) {
            return List.of();
        } catch (java.nio.file.DirectoryIteratorException failed) {
            throw failed.getCause();
        }
        entries.sort(null);
        return entries;
    }
}
