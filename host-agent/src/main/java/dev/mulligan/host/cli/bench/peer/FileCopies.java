package dev.mulligan.host.cli.bench.peer;

import dev.mulligan.host.cli.bench.measure.Peer;
import dev.mulligan.host.cli.bench.measure.Timed;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/** Files copied so that each survives a power cut, by nothing that could take it back. */
public final class FileCopies {
    private FileCopies() {}

    /**
     * rsync, then the least that it takes.
     *
     * @param source a folder
     * @param target on the disk that is measured; made by each run, removed after it
     */
    public static List<Peer> all(Path source, Path target) {
        return List.of(
                new Peer("rsync -a --fsync", new Copy(target, () -> {
                    String _ = Program.run("rsync", "-a", "--fsync", source + "/", target.toString());
                })),
                new Peer("copy, fsync and rename of each", new Copy(target, () -> plain(source, target))));
    }

    /** As rsync does it: a file gets its name when it is whole and on the disk. */
    private static void plain(Path source, Path target) throws IOException {
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectory(target.resolve(source.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path place = target.resolve(source.relativize(file));
                Path aside = place.resolveSibling("." + place.getFileName());
                Files.copy(file, aside, StandardCopyOption.COPY_ATTRIBUTES);
                try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
                Files.move(aside, place, StandardCopyOption.ATOMIC_MOVE);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private interface Copying {
        void run() throws IOException, InterruptedException;
    }

    private record Copy(Path target, Copying copying) implements Timed {
        @Override
        public void run() throws IOException, InterruptedException {
            copying.run();
        }

        @Override
        public void tidy() throws IOException {
            if (!Files.exists(target)) {
                return;
            }
            Files.walkFileTree(target, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        }
    }
}
