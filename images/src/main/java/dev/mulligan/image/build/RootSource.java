package dev.mulligan.image.build;

import java.nio.file.Path;
import java.util.List;

/** Makes a root file system with kernel, init and guest agent: the first step of a build. */
interface RootSource {

    /**
     * Makes it.
     *
     * @param tar where it is written to
     * @param work an empty directory for what is needed on the way; the caller removes it
     * @return where its layers came from, for people
     */
    List<String> make(Path tar, Path work, Allocation progress);
}
