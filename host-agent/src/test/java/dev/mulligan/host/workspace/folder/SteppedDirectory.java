package dev.mulligan.host.workspace.folder;

import com.google.protobuf.ByteString;
import dev.mulligan.host.task.CrashingStore.Crash;
import dev.mulligan.host.task.CrashingStore.Killer;
import dev.mulligan.host.workspace.LinkTarget;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.linux.Errno;
import dev.mulligan.host.workspace.linux.FileStatus;
import dev.mulligan.host.workspace.linux.KernelException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A real directory, with something that happens at a certain change: the process is killed before it, in the middle of
 * it or after it; or somebody meddles.
 */
public final class SteppedDirectory implements OpenDirectory {
    private final OpenDirectory real;
    private final Steps steps;

    private SteppedDirectory(OpenDirectory real, Steps steps) {
        this.real = real;
        this.steps = steps;
    }

    /** What happens at the changes. */
    private interface Steps {
        /** At everything that changes nothing. */
        void check();

        boolean step(Supplier<Boolean> change);
    }

    /** Directories in a process that this killer kills. */
    public static OpenDirectories killedBy(Killer killer) {
        return killedBy(killer, OpenDirectories.ofLinux());
    }

    /** The same of these directories. */
    public static OpenDirectories killedBy(Killer killer, OpenDirectories directories) {
        return in(directories, new Steps() {
            @Override
            public void check() {
                killer.check();
            }

            @Override
            public boolean step(Supplier<Boolean> change) {
                return killer.step(change);
            }
        });
    }

    /** Directories in which somebody does something just before a certain change, counted from 1. */
    public static OpenDirectories meddledWith(int number, Runnable meddling) {
        AtomicInteger count = new AtomicInteger();
        return in(OpenDirectories.ofLinux(), new Steps() {
            @Override
            public void check() {}

            @Override
            public boolean step(Supplier<Boolean> change) {
                if (count.incrementAndGet() == number) {
                    meddling.run();
                }
                return change.get();
            }
        });
    }

    /** Of these directories, in which a certain change, counted from 1, fails, as on a disk that is broken. */
    public static OpenDirectories failingAt(int number, Runnable told, OpenDirectories directories) {
        AtomicInteger count = new AtomicInteger();
        return in(directories, new Steps() {
            @Override
            public void check() {}

            @Override
            public boolean step(Supplier<Boolean> change) {
                if (count.incrementAndGet() == number) {
                    told.run();
                    throw new UncheckedIOException(KernelException.of("write", Errno.EIO));
                }
                return change.get();
            }
        });
    }

    private static OpenDirectories in(OpenDirectories directories, Steps steps) {
        return path -> {
            steps.check();
            return new SteppedDirectory(directories.open(path), steps);
        };
    }

    private interface Change {
        void run() throws IOException;
    }

    private void step(Change change) throws IOException {
        try {
            steps.step(() -> {
                try {
                    change.run();
                    return true;
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
    }

    @Override
    public OpenDirectory below(RelativePath path) throws IOException {
        steps.check();
        return new SteppedDirectory(real.below(path), steps);
    }

    @Override
    public OpenDirectory self() throws IOException {
        steps.check();
        return new SteppedDirectory(real.self(), steps);
    }

    @Override
    public FileStatus status() throws IOException {
        steps.check();
        return real.status();
    }

    @Override
    public Optional<FileStatus> find(ByteString name) throws IOException {
        steps.check();
        return real.find(name);
    }

    @Override
    public OpenFile open(ByteString name) throws IOException {
        steps.check();
        return real.open(name);
    }

    @Override
    public LinkTarget readLink(ByteString name) throws IOException {
        steps.check();
        return real.readLink(name);
    }

    @Override
    public List<ByteString> names() throws IOException {
        steps.check();
        return real.names();
    }

    @Override
    public Attributes attributes() throws IOException {
        steps.check();
        return real.attributes();
    }

    @Override
    public void setAttributes(Attributes attributes) throws IOException {
        step(() -> real.setAttributes(attributes));
    }

    @Override
    public void createFile(ByteString name, InputStream content, Attributes attributes) throws IOException {
        try {
            step(() -> real.createFile(name, content, attributes));
        } catch (Crash killed) {
            if (real.find(name).isEmpty()) {
                createHalf(name, content, attributes);
            }
            throw killed;
        }
    }

    /** Killed in the middle: some bytes are there, mode and owner are not. */
    private void createHalf(ByteString name, InputStream content, Attributes attributes) throws IOException {
        try {
            real.createFile(
                    name,
                    new FilterInputStream(content) {
                        private boolean begun;

                        @Override
                        public int read(byte[] target, int offset, int length) throws IOException {
                            if (begun) {
                                throw new Crash();
                            }
                            begun = true;
                            return super.read(target, offset, 1);
                        }
                    },
                    attributes);
        } catch (Crash half) {
            // As intended.
        }
    }

    @Override
    public void createDirectory(ByteString name) throws IOException {
        step(() -> real.createDirectory(name));
    }

    @Override
    public void createLink(ByteString name, LinkTarget target, Attributes attributes) throws IOException {
        step(() -> real.createLink(name, target, attributes));
    }

    @Override
    public void removeFile(ByteString name) throws IOException {
        step(() -> real.removeFile(name));
    }

    @Override
    public void removeDirectory(ByteString name) throws IOException {
        step(() -> real.removeDirectory(name));
    }

    @Override
    public void move(ByteString name, OpenDirectory to, ByteString newName) throws IOException {
        step(() -> real.move(name, ((SteppedDirectory) to).real, newName));
    }

    @Override
    public void exchange(ByteString name, OpenDirectory to, ByteString other) throws IOException {
        step(() -> real.exchange(name, ((SteppedDirectory) to).real, other));
    }

    @Override
    public void sync(Collection<ByteString> files) throws IOException {
        step(() -> real.sync(files));
    }

    @Override
    public void close() throws IOException {
        real.close();
    }
}
