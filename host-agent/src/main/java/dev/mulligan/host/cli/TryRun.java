package dev.mulligan.host.cli;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TryLabel;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Printable;
import dev.mulligan.host.cli.terminal.Progress;
import dev.mulligan.proto.host.v1.CancelTaskRequest;
import dev.mulligan.proto.host.v1.DispatchRequest;
import dev.mulligan.proto.host.v1.ExecStart;
import dev.mulligan.proto.host.v1.Limits;
import dev.mulligan.proto.host.v1.Sandbox;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.TaskSpec;
import dev.mulligan.proto.host.v1.WatchTaskRequest;
import dev.mulligan.proto.host.v1.WatchTaskResponse;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Runs the candidates of a try, each an ordinary task in a fork of its own, all at the same time. */
final class TryRun implements AutoCloseable {
    private static final String NUMBER_LABEL = "mulligan.candidate";
    private static final com.google.protobuf.Duration SCORING =
            com.google.protobuf.Duration.newBuilder().setSeconds(600).build();

    private final HostClient client;
    private final String id;
    private final Optional<String> score;
    private final Progress progress;
    private final Queue<String> dispatched = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean cancelled;

    TryRun(HostClient client, String id, Optional<String> score, Progress progress) {
        this.client = client;
        this.id = id;
        this.score = score;
        this.progress = progress;
    }

    /**
     * Returns when all have ended; {@code CANCELLED} after {@link #cancel}. Where one cannot be run at all the others are
     * cancelled, and why is thrown when they have ended.
     */
    Candidates run(List<Sandbox> forks, List<TaskSpec> tasks) throws StatusException, InterruptedException {
        CompletionService<Candidate> running = new ExecutorCompletionService<>(threads);
        for (int index = 0; index < forks.size(); index++) {
            int number = index + 1;
            Sandbox fork = forks.get(index);
            TaskSpec task = tasks.get(index);
            var _ = running.submit(() -> candidate(number, fork, task));
        }
        List<Candidate> ended = new ArrayList<>();
        Optional<ExecutionException> failure = Optional.empty();
        for (int index = 0; index < forks.size(); index++) {
            try {
                ended.add(running.take().get());
            } catch (ExecutionException failed) {
                if (failure.isEmpty() && !cancelled) {
                    failure = Optional.of(failed);
                    cancel();
                }
            }
        }
        if (failure.isPresent()) {
            throw thrown(failure.get());
        }
        requireGoingOn();
        ended.sort(Comparator.comparingInt(Candidate::number));
        return new Candidates(ended);
    }

    private static RuntimeException thrown(ExecutionException failed) throws StatusException, InterruptedException {
        return switch (failed.getCause()) {
            case StatusException status -> throw status;
            case InterruptedException interrupted -> throw interrupted;
            case RuntimeException other -> other;
            case null, default -> new IllegalStateException(failed);
        };
    }

    private void requireGoingOn() {
        if (cancelled) {
            throw HostException.of(HostErrorCode.CANCELLED, "the try was cancelled")
                    .value(id)
                    .build();
        }
    }

    private Candidate candidate(int number, Sandbox fork, TaskSpec spec) throws StatusException, InterruptedException {
        Optional<HomeListing> before = listing(fork);
        requireGoingOn();
        Task task = follow(
                number,
                client.tasks(Patience.ANSWER)
                        .dispatch(DispatchRequest.newBuilder()
                                .setTask(spec.toBuilder()
                                        .clearImage()
                                        .setSandbox(fork.getId())
                                        .putLabels(TryLabel.KEY, id)
                                        .putLabels(NUMBER_LABEL, Integer.toString(number)))
                                .build())
                        .getTask());
        Optional<HomeListing> after = cancelled ? Optional.empty() : listing(fork);
        Candidate ended = new Candidate(
                number,
                fork,
                task,
                before.flatMap(then -> after.map(then::until)),
                FolderChanges.of(client, task.getId()),
                Optional.empty());
        return score.isPresent() && ended.succeeded() && !cancelled ? scored(ended, score.get()) : ended;
    }

    /** Empty where it cannot be had; the task's own outcome says more about such a machine. */
    private Optional<HomeListing> listing(Sandbox fork) throws InterruptedException {
        try {
            CapturedProgram.Outcome outcome = new CapturedProgram(client).run(HomeListing.program(fork.getId()));
            return outcome.ended() && outcome.whole()
                    ? Optional.of(HomeListing.read(outcome.output()))
                    : Optional.empty();
        } catch (StatusException silent) {
            return Optional.empty();
        }
    }

    private Task follow(int number, Task accepted) throws StatusException, InterruptedException {
        dispatched.add(accepted.getId());
        if (cancelled) {
            cancel(accepted.getId());
        }
        BlockingClientCall<?, WatchTaskResponse> events = client.tasks(Patience.ENDLESS)
                .watch(WatchTaskRequest.newBuilder().setTaskId(accepted.getId()).build());
        Task last = accepted;
        WatchTaskResponse event = events.read();
        while (event != null) {
            if (event.hasStateChanged()) {
                Task now = event.getStateChanged().getTask();
                if (now.getState() != last.getState()) {
                    step("candidate " + number + ": " + new TaskView(now).state());
                }
                last = now;
            }
            event = events.read();
        }
        return last;
    }

    private Candidate scored(Candidate ended, String command) throws InterruptedException {
        step("candidate " + ended.number() + ": scoring");
        Score score = score(ended.sandbox(), command);
        step("candidate " + ended.number() + ": scored " + score
                + (score.missing().isEmpty() ? "" : ", " + Printable.of(score.missing())));
        return new Candidate(
                ended.number(), ended.sandbox(), ended.task(), ended.changes(), ended.folders(), Optional.of(score));
    }

    /** None where the command could not be run to its end: the other candidates have theirs. */
    private Score score(Sandbox fork, String command) throws InterruptedException {
        try {
            return Score.of(new CapturedProgram(client)
                    .run(ExecStart.newBuilder()
                            .setSandbox(fork.getId())
                            .addAllArguments(List.of("bash", "-c", command))
                            .setWorkingDirectory(HomeListing.HOME)
                            .setLimits(Limits.newBuilder().setTime(SCORING))
                            .build()));
        } catch (StatusException | HostException failed) {
            return Score.none(
                    "its command could not be run: " + Failure.of(failed).message());
        }
    }

    private void step(String message) {
        synchronized (progress) {
            progress.step(message);
        }
    }

    /** Asks all tasks to stop; {@link #run} then ends when they have. */
    void cancel() {
        cancelled = true;
        dispatched.forEach(task -> Thread.ofVirtual().start(() -> cancel(task)));
    }

    private void cancel(String task) {
        try {
            var _ = client.tasks(Patience.MACHINE)
                    .cancel(CancelTaskRequest.newBuilder().setTaskId(task).build());
        } catch (StatusException failed) {
            step("a task goes on: mulligan task cancel " + task);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
