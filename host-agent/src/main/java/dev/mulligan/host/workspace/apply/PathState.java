package dev.mulligan.host.workspace.apply;

import dev.mulligan.host.workspace.LinkTarget;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.folder.Attributes;

/** What stands at a path of the host's folder, with all that is needed to put it there again. */
public sealed interface PathState {
    /** Nothing does. */
    static PathState absent() {
        return new Absent();
    }

    /** Nothing. */
    record Absent() implements PathState {}

    /** A regular file. */
    record File(Attributes attributes, long size, Sha256 digest) implements PathState {}

    /** A directory. */
    record Directory(Attributes attributes) implements PathState {}

    /** A symbolic link; its mode means nothing. */
    record Link(LinkTarget target, Attributes attributes) implements PathState {}

    /** A device, FIFO or socket: never touched. */
    record Special() implements PathState {}

    /** Whether people would take both for the same: kind, content and mode; owner and times do not count. */
    default boolean matches(PathState other) {
        return switch (this) {
            case Absent _ -> other instanceof Absent;
            case File mine ->
                other instanceof File file
                        && file.digest.equals(mine.digest)
                        && file.attributes.mode() == mine.attributes.mode();
            case Directory mine ->
                other instanceof Directory directory && directory.attributes.mode() == mine.attributes.mode();
            case Link mine -> other instanceof Link link && link.target.equals(mine.target);
            case Special _ -> false;
        };
    }

    /** Whether it is a file or link, which is put in place and taken away whole. */
    default boolean isLeaf() {
        return this instanceof File || this instanceof Link;
    }

    /** Whether it is a directory. */
    default boolean isDirectory() {
        return this instanceof Directory;
    }
}
