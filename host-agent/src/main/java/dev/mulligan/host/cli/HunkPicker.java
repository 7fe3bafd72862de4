package dev.mulligan.host.cli;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
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
            a  take this and the rest of this file
            d  leave this and the rest of this file
            q  leave this and all that follows
            """;

    private final Invocation invocation;
    private final HostClient client;
    private final String task;
    private final List<String> paths;
    private final BufferedReader answers;
    private final ChangeSelection.Builder selection = ChangeSelection.newBuilder();
    private boolean over;

    HunkPicker(Invocation invocation, HostClient client, String task, List<String> paths) {
        this.invocation = invocation;
        this.client = client;
        this.task = task;
        this.paths = paths;
        this.answers =
                new BufferedReader(new InputStreamReader(invocation.console().input(), StandardCharsets.UTF_8));
    }

    /** Empty: nothing. */
    Optional<ChangeSelection> pick() throws StatusException, InterruptedException, IOException {
        if (invocation.json()) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "--hunks with --output json")
                    .expected("a person to ask")
                    .remedy("give hunks over gRPC: ChangesService.Apply")
                    .build();
        }
        BlockingClientCall<?, DiffChangesResponse> diffs = client.changes(Patience.LONG)
                .diff(DiffChangesRequest.newBuilder()
                        .setTaskId(task)
                        .addAllPaths(paths)
                        .build());
        for (DiffChangesResponse next = diffs.read(); next != null && !over; next = diffs.read()) {
            if (next.getChange().getState() == Change.State.PENDING) {
                ask(next);
            }
        }
        diffs.cancel("asked enough", null);
        return selection.getPathsCount() == 0 ? Optional.empty() : Optional.of(selection.build());
    }

    private void ask(DiffChangesResponse diff) throws IOException {
        String path = diff.getChange().getPath();
        invocation.printLine(new DiffView(diff, invocation.colours()).title());
        if (diff.getHunksCount() == 0 || diff.getChange().getKind() != Change.Kind.MODIFY) {
            diff.getHunksList()
                    .forEach(hunk -> invocation.printLine(
                            DiffView.hunk(hunk, invocation.colours()).stripTrailing()));
            if (answer("take it? [y,n,q,?] ") == 'y') {
                selection.addPaths(path);
            }
            return;
        }
        List<Integer> taken = hunks(diff);
        if (!taken.isEmpty()) {
            selection.addPaths(path);
            if (taken.size() < diff.getHunksCount()) {
                selection.putHunks(
                        path,
                        ChangeSelection.Hunks.newBuilder().addAllNumbers(taken).build());
            }
        }
    }

    private List<Integer> hunks(DiffChangesResponse diff) throws IOException {
        List<Integer> taken = new ArrayList<>();
        char last = '?';
        for (DiffChangesResponse.Hunk hunk : diff.getHunksList()) {
            if (last == 'a') {
                taken.add(hunk.getNumber());
                continue;
            }
            if (last == 'd' || over) {
                break;
            }
            invocation.printLine(DiffView.hunk(hunk, invocation.colours()).stripTrailing());
            last = answer("(" + hunk.getNumber() + "/" + diff.getHunksCount() + ") take this hunk? [y,n,a,d,q,?] ");
            if (last == 'y' || last == 'a') {
                taken.add(hunk.getNumber());
            }
        }
        return taken;
    }

    private char answer(String question) throws IOException {
        while (true) {
            invocation.console().errors().print(question);
            invocation.console().errors().flush();
            String line = answers.readLine();
            if (line == null || line.strip().equals("q")) {
                over = true;
                return 'q';
            }
            String word = line.strip();
            if (word.length() == 1 && "ynad".contains(word)) {
                return word.charAt(0);
            }
            invocation.printLine(HELP.stripTrailing());
        }
    }
}
