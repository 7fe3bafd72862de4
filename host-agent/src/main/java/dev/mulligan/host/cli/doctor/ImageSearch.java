package dev.mulligan.host.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What killed builds and deletions of images left (images/README.md). Below the store's lock one is at work. */
record ImageSearch(Path images, LockTable locks) implements Search {
    private static final String UNFINISHED = ".{building,deleting}-*";

    @Override
    public List<Stray> find() throws IOException {
        List<Stray> found = new ArrayList<>();
        for (Path directory : Search.entries(images, UNFINISHED)) {
            // In this order: a build that ends now lets go of the lock after the directory.
            if (!atWork() && Files.exists(directory)) {
                found.add(new Stray(
                        "directory",
                        directory.toString(),
                        "nobody builds or deletes an image any more",
                        "the next 'mulligan image build' removes it, or: rm -r " + directory));
            }
        }
        return found;
    }

    private boolean atWork() throws IOException {
        return locks.held(images.resolve(".lock"));
    }
}
