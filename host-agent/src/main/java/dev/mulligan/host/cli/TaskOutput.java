package dev.mulligan.host.cli;

import com.google.protobuf.ByteString;
import dev.mulligan.host.cli.terminal.Progress;
import dev.mulligan.proto.host.v1.CallResult;
import dev.mulligan.proto.host.v1.MimeBundle;
import dev.mulligan.proto.host.v1.OutputStream;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.WatchTaskResponse;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Shows a task's events as they come: what its calls print on the same stream here, unchanged, and what happens to it
 * on stderr; or each event as a line of JSON.
 */
final class TaskOutput implements AutoCloseable {
    private final Invocation invocation;
    private final Progress progress;
    private final Consumer<ByteString> listener;
    private final ResultFiles results;
    private Optional<Task> task = Optional.empty();
    private boolean atLineStart = true;

    /**
     * Shows, and passes on.
     *
     * @param listener gets what the task prints on standard output, too
     * @param results where results are saved
     */
    TaskOutput(Invocation invocation, Consumer<ByteString> listener, ResultFiles results) {
        this.results = results;
        this.invocation = invocation;
        this.listener = listener;
        this.progress = invocation.progress();
    }

    /** As the last event that said so has it. */
    Optional<Task> task() {
        return task;
    }

    void show(WatchTaskResponse event) {
        if (event.hasStateChanged()) {
            task = Optional.of(event.getStateChanged().getTask());
        }
        if (event.hasOutput() && event.getOutput().getStream() == OutputStream.STDOUT) {
            listener.accept(event.getOutput().getData());
        }
        if (invocation.json()) {
            invocation.printLine(invocation.jsonOf(event));
            save(event);
            return;
        }
        switch (event.getEventCase()) {
            case STATE_CHANGED -> {}
            case PROGRESS -> step(event.getProgress().getMessage());
            case CALL_STARTED ->
                step("call " + (event.getCallStarted().getIndex() + 1) + of() + " ("
                        + TaskView.name(event.getCallStarted().getTool()) + ")");
            case OUTPUT ->
                write(event.getOutput().getStream(), event.getOutput().getData());
            case CALL_ENDED -> {
                values(event.getCallEnded().getResultsList());
                save(event);
                ended(event.getCallEnded().getResult());
            }
            case OUTPUT_DROPPED -> say(event.getOutputDropped().getBytes() + " bytes of older output were not kept");
            case EVENT_NOT_SET -> {}
        }
    }

    /** Says something between the output. */
    void say(String message) {
        toLineStart();
        invocation.say(message);
    }

    void step(String message) {
        toLineStart();
        progress.step(message);
    }

    private void write(OutputStream stream, ByteString data) {
        progress.clear();
        PrintStream target = stream == OutputStream.STDERR
                ? invocation.console().errors()
                : invocation.console().output();
        target.writeBytes(data.toByteArray());
        target.flush();
        atLineStart = data.isEmpty() ? atLineStart : data.byteAt(data.size() - 1) == '\n';
    }

    /** As a prompt would print them, on a line of their own. */
    private void values(List<MimeBundle> results) {
        for (String value : GuestCode.values(results)) {
            String line = (atLineStart ? "" : "\n") + value + "\n";
            write(OutputStream.STDOUT, ByteString.copyFromUtf8(line));
        }
    }

    private void save(WatchTaskResponse event) {
        if (event.hasCallEnded()) {
            String name = "call-" + (event.getCallEnded().getResult().getIndex() + 1);
            for (Path file : results.save(name, event.getCallEnded().getResultsList())) {
                say("saved " + file);
            }
        }
    }

    private void ended(CallResult result) {
        if (result.getOutcome() == CallResult.Outcome.OK && !result.getMessage().isEmpty()) {
            say("call " + (result.getIndex() + 1) + ": " + result.getMessage());
        }
        if (result.getOutcome() != CallResult.Outcome.OK) {
            String detail = result.getMessage().isEmpty()
                    ? TaskView.outcome(result.getOutcome()) + ", exit code " + result.getExitCode()
                    : result.getMessage();
            say("call " + (result.getIndex() + 1) + " (" + TaskView.name(result.getTool()) + "): " + detail);
        }
    }

    /** What is said begins on a line of its own where output shares the terminal with it. */
    private void toLineStart() {
        progress.clear();
        if (!atLineStart && invocation.console().errorsIsTerminal()) {
            invocation.console().errors().println();
        }
        atLineStart = true;
    }

    private String of() {
        return task.map(known -> " of " + known.getSpec().getCallsCount()).orElse("");
    }

    @Override
    public void close() {
        progress.close();
    }
}
