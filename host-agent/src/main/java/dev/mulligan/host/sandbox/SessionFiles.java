package dev.mulligan.host.sandbox;

import dev.mulligan.host.guest.Guest.GuestFiles;
import dev.mulligan.host.guest.Guest.RestoredEntry;
import dev.mulligan.host.guest.Guest.UnpackResult;
import dev.mulligan.host.guest.Guest.WatchListener;
import dev.mulligan.host.guest.Guest.WriteOptions;
import dev.mulligan.host.guest.GuestFile;
import dev.mulligan.host.guest.GuestPath;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Files as a session sees them: its watches end with it. */
record SessionFiles(GuestFiles files, UnaryOperator<AutoCloseable> keep) implements GuestFiles {
    @Override
    public void read(GuestPath path, String user, OutputStream sink) {
        files.read(path, user, sink);
    }

    @Override
    public GuestFile write(GuestPath path, String user, WriteOptions options, InputStream source) {
        return files.write(path, user, options, source);
    }

    @Override
    public boolean list(GuestPath path, String user, Consumer<GuestFile> sink) {
        return files.list(path, user, sink);
    }

    @Override
    public GuestFile stat(GuestPath path, String user) {
        return files.stat(path, user);
    }

    @Override
    public void move(GuestPath source, GuestPath target, String user, boolean replace) {
        files.move(source, target, user, replace);
    }

    @Override
    public void remove(GuestPath path, String user, boolean recursive) {
        files.remove(path, user, recursive);
    }

    @Override
    public void makeDirectory(GuestPath path, String user) {
        files.makeDirectory(path, user);
    }

    @Override
    public AutoCloseable watch(GuestPath path, String user, boolean recursive, WatchListener listener) {
        return keep.apply(files.watch(path, user, recursive, listener));
    }

    @Override
    public void pack(GuestPath path, String user, OutputStream sink) {
        files.pack(path, user, sink);
    }

    @Override
    public UnpackResult unpack(GuestPath path, String user, InputStream source) {
        return files.unpack(path, user, source);
    }

    @Override
    public List<RestoredEntry> restore(String diskSerial, List<GuestPath> paths, Duration deadline) {
        return files.restore(diskSerial, paths, deadline);
    }
}
