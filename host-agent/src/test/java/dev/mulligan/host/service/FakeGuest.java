package dev.mulligan.host.service;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.EvaluationSpec;
import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.guest.GuestEvaluation;
import dev.mulligan.host.guest.GuestFile;
import dev.mulligan.host.guest.GuestHealth;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.host.guest.GuestProcess;
import dev.mulligan.host.guest.ProcessSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A guest whose programs are written here, and whose files are in a map. */
final class FakeGuest implements Guest, Guest.GuestFiles {
    final List<FakeProcess> processes = new CopyOnWriteArrayList<>();
    final List<FakeEvaluation> evaluations = new CopyOnWriteArrayList<>();
    final Map<GuestPath, ByteString> contents = new ConcurrentHashMap<>();
    final List<AutoCloseable> openWatches = new CopyOnWriteArrayList<>();

    @Override
    public GuestProcess start(ProcessSpec spec, OutputListener output) {
        FakeProcess process = new FakeProcess(spec, output);
        processes.add(process);
        process.start();
        return process;
    }

    @Override
    public GuestEvaluation evaluate(EvaluationSpec spec, OutputListener output) {
        FakeEvaluation evaluation = new FakeEvaluation(spec, output);
        evaluations.add(evaluation);
        return evaluation;
    }

    @Override
    public List<String> prepareSessions(
            EvaluationSpec.Language language, String user, List<String> imports, int count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void endSession(EvaluationSpec.Language language, String user, String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void endSessions() {
        throw new UnsupportedOperationException();
    }

    @Override
    public GuestFiles files() {
        return this;
    }

    @Override
    public GuestHealth health() {
        return new GuestHealth("1", "boot", "6.12", "Debian", java.util.Set.of(), Map.of(), 0, 0);
    }

    @Override
    public void read(GuestPath path, String user, OutputStream sink) {
        ByteString content = contents.get(path);
        if (content == null) {
            throw missing(path);
        }
        try {
            content.writeTo(sink);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public GuestFile write(GuestPath path, String user, WriteOptions options, InputStream source) {
        try {
            contents.put(path, ByteString.readFrom(source));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return stat(path, user);
    }

    @Override
    public boolean list(GuestPath path, String user, Consumer<GuestFile> sink) {
        contents.keySet().stream()
                .sorted(java.util.Comparator.comparing(GuestPath::toString))
                .forEach(file -> sink.accept(stat(file, user)));
        return false;
    }

    @Override
    public GuestFile stat(GuestPath path, String user) {
        ByteString content = contents.get(path);
        if (content == null) {
            throw missing(path);
        }
        return new GuestFile(path, GuestFile.Type.REGULAR, content.size(), 0644, 1000, 1000, Instant.EPOCH, "");
    }

    @Override
    public void move(GuestPath source, GuestPath target, String user, boolean replace) {
        ByteString content = contents.remove(source);
        if (content == null) {
            throw missing(source);
        }
        contents.put(target, content);
    }

    @Override
    public void remove(GuestPath path, String user, boolean recursive) {
        if (contents.remove(path) == null) {
            throw missing(path);
        }
    }

    @Override
    public void makeDirectory(GuestPath path, String user) {}

    @Override
    public AutoCloseable watch(GuestPath path, String user, boolean recursive, WatchListener listener) {
        AutoCloseable[] watch = new AutoCloseable[1];
        watch[0] = () -> openWatches.remove(watch[0]);
        openWatches.add(watch[0]);
        listener.event(WatchKind.READY, path);
        listener.event(WatchKind.CREATED, GuestPath.of(path + "/new"));
        return watch[0];
    }

    @Override
    public void pack(GuestPath path, String user, OutputStream sink) {
        read(path, user, sink);
    }

    @Override
    public UnpackResult unpack(GuestPath path, String user, InputStream source) {
        GuestFile file = write(path, user, new WriteOptions(0, true), source);
        return new UnpackResult(1, file.size());
    }

    @Override
    public List<RestoredEntry> restore(String diskSerial, List<GuestPath> paths, Duration deadline) {
        return List.of();
    }

    private static HostException missing(GuestPath path) {
        return HostException.of(HostErrorCode.NO_SUCH_FILE, "no such file")
                .value(path)
                .build();
    }
}
