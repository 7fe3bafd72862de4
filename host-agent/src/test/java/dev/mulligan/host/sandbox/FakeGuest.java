package dev.mulligan.host.sandbox;

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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** The guest of a {@link FakeMachine}. Interpreters run the language of {@link FakeProcess}. */
final class FakeGuest implements Guest, Guest.GuestFiles {
    private final FakeMachine machine;
    private final Consumer<String> acted;

    /** @param acted told each effect before it happens: {@code run bash}, {@code write /path} */
    FakeGuest(FakeMachine machine, Consumer<String> acted) {
        this.machine = machine;
        this.acted = acted;
    }

    @Override
    public GuestProcess start(ProcessSpec spec, OutputListener output) {
        List<String> arguments = spec.arguments();
        acted.accept("run " + arguments.getFirst() + " as " + spec.user());
        String code = switch (arguments.getFirst()) {
            case "bash" -> arguments.get(2);
            case "echo" -> String.join(" ", arguments);
            default ->
                throw HostException.of(HostErrorCode.NO_SUCH_PROGRAM, "no such program")
                        .value(arguments.getFirst())
                        .build();
        };
        return new FakeProcess(machine, code, output);
    }

    @Override
    public GuestEvaluation evaluate(EvaluationSpec spec, OutputListener output) {
        acted.accept("evaluate " + spec.language().name().toLowerCase(Locale.ROOT) + " as " + spec.user());
        return new FakeEvaluation(new FakeProcess(machine, spec.code(), output));
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
        throw new UnsupportedOperationException();
    }

    @Override
    public void read(GuestPath path, String user, OutputStream sink) {
        try {
            sink.write(content(path).getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String content(GuestPath path) {
        return machine.file(path.toString())
                .orElseThrow(() -> HostException.of(HostErrorCode.NO_SUCH_FILE, "no such file")
                        .value(path)
                        .build());
    }

    @Override
    public GuestFile write(GuestPath path, String user, WriteOptions options, InputStream source) {
        acted.accept("write " + path);
        try {
            machine.put(path.toString(), new String(source.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return stat(path, user);
    }

    @Override
    public boolean list(GuestPath path, String user, Consumer<GuestFile> sink) {
        machine.files().keySet().stream()
                .filter(file -> file.startsWith(path + "/"))
                .sorted()
                .forEach(file -> sink.accept(stat(GuestPath.of(file), user)));
        return false;
    }

    @Override
    public GuestFile stat(GuestPath path, String user) {
        return new GuestFile(path, GuestFile.Type.REGULAR, content(path).length(), 0644, 1000, 1000, Instant.EPOCH, "");
    }

    @Override
    public void move(GuestPath source, GuestPath target, String user, boolean replace) {
        acted.accept("move " + source);
        machine.put(target.toString(), content(source));
        machine.remove(source.toString());
    }

    @Override
    public void remove(GuestPath path, String user, boolean recursive) {
        content(path);
        acted.accept("remove " + path);
        machine.remove(path.toString());
    }

    @Override
    public void makeDirectory(GuestPath path, String user) {
        acted.accept("make directory " + path);
    }

    @Override
    public AutoCloseable watch(GuestPath path, String user, boolean recursive, WatchListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void pack(GuestPath path, String user, OutputStream sink) {
        throw new UnsupportedOperationException();
    }

    @Override
    public UnpackResult unpack(GuestPath path, String user, InputStream source) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<RestoredEntry> restore(String diskSerial, List<GuestPath> paths, Duration deadline) {
        throw new UnsupportedOperationException();
    }
}
