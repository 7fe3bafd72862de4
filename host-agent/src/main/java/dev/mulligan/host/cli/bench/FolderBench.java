package dev.mulligan.host.cli.bench;

import dev.mulligan.proto.host.v1.PythonCall;
import dev.mulligan.proto.host.v1.ShellCall;
import dev.mulligan.proto.host.v1.ToolCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What rows of folders share: a directory beside the state, as nobody is granted a folder in it; folders in there; and a
 * sandbox of their own, which keeps the last one that a task was shown. Not safe for use by several threads.
 */
final class FolderBench {
    /** Of each file that a task writes. */
    static final int WRITTEN_BYTES = 1 << 10;

    /** Of each file that is there before: with {@link #FILES} of them a folder of 100 MB, small files most of it. */
    private static final int FILE_BYTES = 10 << 10;

    private static final int FILES = 10_000;

    private static final int LARGE_FILES = 100_000;
    private static final int LARGE_FILE_BYTES = (int) ((2L << 30) / LARGE_FILES);

    /** Changes some files that are there, spread over the folder, or writes new ones. */
    private static final String WRITER = """
            import os, sys
            what, count, files = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
            for n in range(count):
                if what == 'change':
                    n = n * (files // count)
                    with open(f'%s/directory-{n // 50}/file-{n}', 'ab') as file:
                        file.write(os.urandom(16))
                else:
                    with open(f'%s/directory-{n // 50}/new-{n}', 'wb') as file:
                        file.write(os.urandom(%d))
            """.formatted(BenchTasks.IN_SANDBOX, BenchTasks.IN_SANDBOX, WRITTEN_BYTES);

    private final BenchTasks tasks;
    private final Path directory;
    private final String sandbox;
    private int names;

    private FolderBench(BenchTasks tasks, Path directory, String sandbox) {
        this.tasks = tasks;
        this.directory = directory;
        this.sandbox = sandbox;
    }

    /** @param directory made if need be, whoever calls removes it; another one that was opened there stays as it is */
    static FolderBench open(BenchTasks tasks, Path directory, String sandbox) throws IOException {
        // As it really is: a grant leads over no link.
        Path real = Files.createDirectories(directory).toRealPath();
        return new FolderBench(tasks, Files.createTempDirectory(real, ""), sandbox);
    }

    BenchTasks tasks() {
        return tasks;
    }

    /** A path that is not there and never was. */
    Path fresh() {
        names++;
        return directory.resolve("folder-" + names);
    }

    /** A new folder of the usual size. */
    ManyFiles make() throws IOException {
        return make(FILES);
    }

    /** A new folder of 100,000 files, 2 GiB. */
    ManyFiles makeLarge() throws IOException {
        return ManyFiles.make(fresh(), LARGE_FILES, LARGE_FILE_BYTES);
    }

    /** A new folder of so many files; above the usual number they are smaller, so that it stays as large. */
    ManyFiles make(int files) throws IOException {
        return ManyFiles.make(fresh(), files, (int) Math.min(FILE_BYTES, (long) FILES * FILE_BYTES / files));
    }

    /** Starts a task that prints the first bytes of a file. */
    WatchedTask head(Optional<ManyFiles> folder, String file, int bytes) throws Exception {
        ShellCall.Arguments arguments = ShellCall.Arguments.newBuilder()
                .addValues("head")
                .addValues("-c")
                .addValues(String.valueOf(bytes))
                .addValues(file)
                .build();
        return tasks.start(
                sandbox,
                folder.map(ManyFiles::path),
                ToolCall.newBuilder()
                        .setShell(ShellCall.newBuilder().setArguments(arguments))
                        .build());
    }

    /** Starts a task that changes so many files of a folder. */
    WatchedTask change(ManyFiles folder, int count) throws Exception {
        return write("change", folder, count);
    }

    /** Starts a task that writes so many new files to a folder. */
    WatchedTask create(ManyFiles folder, int count) throws Exception {
        return write("create", folder, count);
    }

    private WatchedTask write(String what, ManyFiles folder, int count) throws Exception {
        return tasks.start(
                sandbox,
                Optional.of(folder.path()),
                ToolCall.newBuilder()
                        .setPython(PythonCall.newBuilder()
                                .setCode(WRITER)
                                .addArguments(what)
                                .addArguments(String.valueOf(count))
                                .addArguments(String.valueOf(folder.files())))
                        .build());
    }
}
