package dev.mulligan.host.cli;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.TryLabel;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.taskfile.TaskFile;
import dev.mulligan.host.cli.terminal.Interrupts;
import dev.mulligan.host.cli.terminal.Progress;
import dev.mulligan.proto.host.v1.CreateSandboxRequest;
import dev.mulligan.proto.host.v1.DeleteSandboxRequest;
import dev.mulligan.proto.host.v1.ForkSandboxRequest;
import dev.mulligan.proto.host.v1.PickSandboxRequest;
import dev.mulligan.proto.host.v1.Sandbox;
import dev.mulligan.proto.host.v1.TaskSpec;
import io.grpc.StatusException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mulligan try}. */
@Command(
        name = "try",
        description = {
            "Try several candidates side by side: each task runs in a fork of its own of one sandbox, under its own scope"
                    + " and on record like any task; one candidate is picked and stays as a sandbox, the others are deleted."
                    + " The sandbox that was forked stays as it is.",
            "Shown of each: how it ended, how long it took, which paths below /home/agent were created, modified or deleted"
                    + " (by size and times; contents are not compared, other places not looked at), and what the scoring"
                    + " command made of it. A task that fails is rolled back unless its file says 'on_failure: keep'.",
            "Nothing that a candidate writes to a folder is carried there before it is picked, whatever its scope says.",
            "Ctrl-C cancels all and deletes the candidates; at the question which one stays, all of them stay. Those of a"
                    + " command that was killed are found with 'mulligan sandbox list', named after the try, and ended with"
                    + " 'mulligan sandbox pick'. Starts the host agent if none runs.",
        },
        footer = {
            "",
            "Example:",
            "  mulligan try -n 3 --task fix.yaml --score './test.sh | grep -c ok'",
            "  mulligan try --sandbox web --task quick.yaml --task careful.yaml --pick ask",
            "  mulligan try -n 5 --image data --task fit.yaml --keep"
        })
final class TryCommand implements Callable<Integer> {
    private static final String LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";
    private static final int ID_LENGTH = 6;

    private final Invocation invocation;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "How many candidates of each task; at most 32 in all. Default: 1.")
    private int count = 1;

    @Option(
            names = "--sandbox",
            description = "Fork this one: id or name. Default, without --image too: as the tasks say.")
    private String sandbox = "";

    @Option(names = "--image", description = "Fork a new sandbox of this image, which is deleted once it is forked.")
    private String image = "";

    @Option(
            names = "--task",
            paramLabel = "FILE",
            required = true,
            description =
                    "A task as YAML; may be given several times. What all of them name as their sandbox or image is"
                            + " forked, unless --sandbox or --image says otherwise.")
    private List<Path> files = List.of();

    @Option(
            names = "--score",
            paramLabel = "COMMAND",
            description =
                    "Run by bash in /home/agent of each candidate that succeeded, 10 minutes at most; the last line of"
                            + " its output that is a number is the score.")
    private @Nullable String score;

    @Option(
            names = "--pick",
            paramLabel = "best|ask|N",
            description =
                    "The highest score, a question at the terminal, or this candidate. Default: best with --score, ask"
                            + " at a terminal, otherwise as --keep.")
    private @Nullable String pick;

    @Option(names = "--keep", description = "Pick none: all candidates stay.")
    private boolean keep;

    TryCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws StatusException, InterruptedException, IOException {
        // Read before anything is started: a mistake in it must cost nothing.
        List<TaskSpec> tasks = tasks();
        TaskSpec place = place(tasks);
        PickChoice choice = choice(tasks.size());
        HostClient client = invocation.hostStarted();
        String id = newId();
        Thread waiting = Thread.currentThread();
        Candidates candidates;
        boolean ended = false;
        try (Interrupts.Handling _ = invocation.interrupts().handle(waiting::interrupt)) {
            candidates = run(client, id, fork(client, id, place, tasks.size()), tasks);
            ended = true;
        } finally {
            if (!ended) {
                giveUp(client, id);
            }
        }
        return new TryEnd(invocation, client, id).end(candidates, choice);
    }

    private List<TaskSpec> tasks() throws IOException {
        if (!sandbox.isEmpty() && !image.isEmpty()) {
            throw wrong("--sandbox " + sandbox + " and --image " + image + " (expected: one of them, or neither)");
        }
        List<TaskSpec> tasks = new ArrayList<>();
        for (Path file : files) {
            TaskSpec task = TaskFile.read(file);
            if (!task.getThread().isEmpty()) {
                throw wrong("thread " + task.getThread() + " in " + file
                        + " (expected: none, as each candidate runs in a fork of its own)");
            }
            IntStream.range(0, count).forEach(_ -> tasks.add(task));
        }
        if (count < 1 || tasks.size() > 32) {
            throw wrong("candidates: " + count + " of each task, " + tasks.size() + " in all (expected: 1 to 32)");
        }
        return tasks;
    }

    /** What is forked: as the options say, or else all tasks. */
    private TaskSpec place(List<TaskSpec> tasks) {
        if (!sandbox.isEmpty() || !image.isEmpty()) {
            return TaskSpec.newBuilder().setSandbox(sandbox).setImage(image).build();
        }
        List<TaskSpec> places = tasks.stream()
                .map(task -> TaskSpec.newBuilder()
                        .setSandbox(task.getSandbox())
                        .setImage(task.getSandbox().isEmpty() && task.getImage().isEmpty() ? "base" : task.getImage())
                        .build())
                .distinct()
                .toList();
        if (places.size() > 1) {
            throw wrong("tasks of different places: "
                    + places.stream()
                            .map(place -> place.getSandbox().isEmpty()
                                    ? "image " + place.getImage()
                                    : "sandbox " + place.getSandbox())
                            .collect(Collectors.joining(", "))
                    + " (expected: the same in all, or --sandbox or --image)");
        }
        return places.getFirst();
    }

    private PickChoice choice(int candidates) {
        if (keep && pick != null) {
            throw wrong("--keep and --pick exclude each other (expected: one of them)");
        }
        if (pick == null) {
            boolean terminal = invocation.console().inputIsTerminal() && !invocation.json();
            return keep || (score == null && !terminal)
                    ? new PickChoice.Keep()
                    : score != null ? new PickChoice.Best() : new PickChoice.Ask();
        }
        PickChoice choice;
        try {
            choice = PickChoice.parse(pick);
        } catch (IllegalArgumentException words) {
            throw wrong("--pick " + words.getMessage());
        }
        if (choice instanceof PickChoice.Best && score == null) {
            throw wrong("--pick best needs --score");
        }
        if (choice instanceof PickChoice.Numbered(int number) && (number < 1 || number > candidates)) {
            throw wrong("--pick " + number + " (expected: 1 to " + candidates + ")");
        }
        return choice;
    }

    private static String newId() {
        StringBuilder id = new StringBuilder("try-");
        ThreadLocalRandom.current()
                .ints(ID_LENGTH, 0, LETTERS.length())
                .forEach(index -> id.append(LETTERS.charAt(index)));
        return id.toString();
    }

    private List<Sandbox> fork(HostClient client, String id, TaskSpec place, int candidates)
            throws StatusException, InterruptedException {
        boolean own = place.getSandbox().isEmpty();
        String parent = own
                ? new SandboxCreation(invocation)
                        .run(
                                client,
                                CreateSandboxRequest.newBuilder()
                                        .setImage(place.getImage())
                                        .putLabels(TryLabel.KEY, id)
                                        .build())
                        .getId()
                : place.getSandbox();
        try {
            return new SandboxFork(invocation)
                    .run(
                            client,
                            ForkSandboxRequest.newBuilder()
                                    .setSandbox(parent)
                                    .setCount(candidates)
                                    .addAllNames(IntStream.rangeClosed(1, candidates)
                                            .mapToObj(number -> id + "-" + number)
                                            .toList())
                                    .putLabels(TryLabel.KEY, id)
                                    .build())
                    .getSandboxesList();
        } finally {
            if (own) {
                var _ = client.sandboxes(Patience.MACHINE)
                        .delete(DeleteSandboxRequest.newBuilder()
                                .setSandbox(parent)
                                .build());
            }
        }
    }

    /** The first interrupt cancels the tasks, a second one does not wait for them. */
    private Candidates run(HostClient client, String id, List<Sandbox> forks, List<TaskSpec> tasks)
            throws StatusException, InterruptedException {
        Thread waiting = Thread.currentThread();
        AtomicInteger interrupts = new AtomicInteger();
        try (Progress progress = invocation.progress();
                TryRun run = new TryRun(client, id, Optional.ofNullable(score), progress);
                Interrupts.Handling _ = invocation.interrupts().handle(() -> {
                    if (interrupts.incrementAndGet() == 1) {
                        run.cancel();
                    } else {
                        waiting.interrupt();
                    }
                })) {
            return run.run(forks, tasks);
        }
    }

    /** Without candidates of which nobody would know what they are good for. */
    private void giveUp(HostClient client, String id) {
        try {
            var _ = client.sandboxes(Patience.MACHINE)
                    .pick(PickSandboxRequest.newBuilder()
                            .setTryId(id)
                            .setReason("the try did not reach its end")
                            .build());
        } catch (StatusException | HostException left) {
            if (Failure.of(left).reason().equals(HostErrorCode.UNKNOWN_SANDBOX.name())) {
                return; // It did not come to that.
            }
            invocation.say("candidates are left: mulligan sandbox list --label " + TryLabel.KEY + "=" + id);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
