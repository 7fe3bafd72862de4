package dev.mulligan.host.cli;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Printable;
import dev.mulligan.proto.host.v1.Change;
import dev.mulligan.proto.host.v1.ChangeSelection;
import dev.mulligan.proto.host.v1.DiffChangesRequest;
import dev.mulligan.proto.host.v1.DiffChangesResponse;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks about each hunk of each text, and about everything else as a whole, as {@code git add -p} does. */
final class HunkPicker {
    private static final String HELP = """
            y  take it                  n  leave it
            a  take this and the rest of this file, or of this directory
            d  leave this and the rest of this file, or of this directory
            q  leave this and all that follows
            """;

    private final Invocation invocation;
    private final HostClient client;
    private final DiffChangesRequest request;
    private final Answers answers;
    private final ChangeSelection.Builder selection = ChangeSelection.newBuilder();
    /** The change set that is asked about, and its folder is told; empty: none yet. */
    private String set = "";
    /** The last directory that was taken or left with all that is below it; empty: none. */
    private String directory = "";

    private boolean taken;
    private boolean over;

    /** Of all that is pending of a task, or of these paths; answered line by line. */
    HunkPicker(Invocation invocation, HostClient client, String task, List<String> paths) {
        this(
                invocation,
                client,
                DiffChangesRequest.newBuilder()
                        .setTaskId(task)
                        .addAllPaths(paths)
                        .build(),
                new Lines(
                        invocation,
                        new BufferedReader(
                                new InputStreamReader(invocation.console().input(), StandardCharsets.UTF_8))));
    }

    HunkPicker(Invocation invocation, HostClient client, DiffChangesRequest request, Answers answers) {
        this.invocation = invocation;
        this.client = client;
        this.request = request;
        this.answers = answers;
    }

    /** A person. */
    interface Answers {
        /** What they say; empty: they are gone. */
        Optional<String> to(String question) throws IOException;
    }

    private record Lines(Invocation invocation, BufferedReader input) implements Answers {
        @Override
        public Optional<String> to(String question) throws IOException {
            invocation.console().errors().print(question);
            invocation.console().errors().flush();
            return Optional.ofNullable(input.readLine()).map(String::strip);
        }
    }

    /** Empty: nothing. */
    Optional<ChangeSelection> pick() throws StatusException, InterruptedException, IOException {
        if (invocation.json()) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "--hunks with --output json")
                    .expected("a person to ask")
                    .remedy("give hunks over gRPC: ChangesService.Apply")
                    .build();
        }
        BlockingClientCall<?, DiffChangesResponse> diffs =
                client.changes(Patience.LONG).diff(request);
        for (DiffChangesResponse next = diffs.read(); next != null && !over; next = diffs.read()) {
            if (next.getChange().getState() == Change.State.PENDING) {
                enter(next);
                ask(next);
            }
        }
        diffs.cancel("asked enough", null);
        return selection.getPicksCount() == 0 ? Optional.empty() : Optional.of(selection.build());
    }

    /** Names of one folder say nothing about those of another. */
    private void enter(DiffChangesResponse diff) {
        if (!diff.getChangeSetId().equals(set)) {
            set = diff.getChangeSetId();
            directory = "";
            if (!diff.getFolder().isEmpty()) {
                invocation.printLine(invocation.colours().strong(Printable.of(diff.getFolder())));
            }
        }
    }

    private void ask(DiffChangesResponse diff) throws IOException {
        String path = diff.getChange().getPath();
        // What is below a directory follows it at once.
        if (!directory.isEmpty() && path.startsWith(directory + "/")) {
            if (taken) {
                invocation.printLine(new DiffView(diff, invocation.colours()).title());
                pick(diff, List.of());
            }
            return;
        }
        invocation.printLine(new DiffView(diff, invocation.colours()).title());
        if (diff.getHunksCount() == 0
                || diff.getLeftOut() > 0
                || diff.getChange().getKind() != Change.Kind.MODIFY) {
            diff.getHunksList()
                    .forEach(hunk -> invocation.printLine(
                            DiffView.hunk(hunk, invocation.colours()).stripTrailing()));
            invocation.print(new DiffView(diff, invocation.colours()).leftOut());
            char word = answer("take it? [y,n,a,d,q,?] ");
            if (word == 'a' || word == 'd') {
                directory = path;
                taken = word == 'a';
            }
            if (word == 'y' || word == 'a') {
                pick(diff, List.of());
            }
            return;
        }
        List<Integer> numbers = hunks(diff);
        if (!numbers.isEmpty()) {
            pick(diff, numbers.size() < diff.getHunksCount() ? numbers : List.of());
        }
    }

    private void pick(DiffChangesResponse diff, List<Integer> hunks) {
        selection.addPicks(ChangeSelection.Pick.newBuilder()
                .setChangeSetId(diff.getChangeSetId())
                .setPath(diff.getChange().getPath())
                .addAllHunks(hunks)
                .setSeen(hunks.isEmpty() ? "" : diff.getChange().getDigest()));
    }

    private List<Integer> hunks(DiffChangesResponse diff) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        int asked = 0;
        char last = '?';
        for (DiffChangesResponse.Hunk hunk : diff.getHunksList()) {
            if (last == 'a') {
                numbers.add(hunk.getNumber());
                continue;
            }
            if (last == 'd' || over) {
                break;
            }
            invocation.printLine(DiffView.hunk(hunk, invocation.colours()).stripTrailing());
            asked++;
            last = answer("(" + asked + "/" + diff.getHunksCount() + ") take this hunk? [y,n,a,d,q,?] ");
            if (last == 'y' || last == 'a') {
                numbers.add(hunk.getNumber());
            }
        }
        return numbers;
    }

    private char answer(String question) throws IOException {
        while (true) {
            String word = answers.to(question).orElse("q");
            if (word.equals("q")) {
                over = true;
                return 'q';
            }
            if (word.length() == 1 && "ynad".contains(word)) {
                return word.charAt(0);
            }
            invocation.printLine(HELP.stripTrailing());
        }
    }
}
