package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.host.cli.terminal.Keys;
import dev.mulligan.proto.host.v1.Approval;
import dev.mulligan.proto.host.v1.DecideApprovalRequest;
import dev.mulligan.proto.host.v1.DecideApprovalRequest.Allow;
import dev.mulligan.proto.host.v1.DecideApprovalRequest.Deny;
import dev.mulligan.proto.host.v1.WatchApprovalsRequest;
import dev.mulligan.proto.host.v1.WatchApprovalsResponse;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** The live list: one open approval after the other, answered by single keys, while others may answer too. */
final class ApprovalDesk {
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration NO_TIME = Duration.ofMillis(1);
    private static final int MOST_TYPED = 1000;
    /** Of the changes of one approval; the rest is for 'show'. */
    private static final int LINES = 200;

    private static final String CALL_HELP =
            "[a] allow once  [t] allow for this task  [e] edit  [d] deny, go on  [s] deny, stop  [n] next  [q] quit";
    private static final String CHANGES_HELP = "[a] apply  [e] hunk by hunk  [d] reject  [n] next  [q] quit";

    private final Invocation invocation;
    private final HostClient client;
    private final Keys.Opening keys;
    private final BlockingQueue<News> news = new LinkedBlockingQueue<>();
    private final Map<String, Approval> open = new LinkedHashMap<>();
    private Optional<String> shown = Optional.empty();
    /** Whether who answers what is shown has seen all of it, or was told that it is not all. */
    private boolean known;

    private boolean idle;

    ApprovalDesk(Invocation invocation, HostClient client, Keys.Opening keys) {
        this.invocation = invocation;
        this.client = client;
        this.keys = keys;
    }

    /** What the watch brings: an approval, or how it ended. */
    private record News(
            @Nullable Approval approval, @Nullable StatusException end) {}

    /** Until somebody presses q, or the host agent goes. */
    void run() throws StatusException, InterruptedException, IOException {
        BlockingClientCall<?, WatchApprovalsResponse> watch =
                client.approvals(Patience.ENDLESS).watch(WatchApprovalsRequest.getDefaultInstance());
        Thread reader = Thread.ofVirtual().start(() -> read(watch));
        try (Keys pressed = keys.open()) {
            boolean goesOn = true;
            while (goesOn) {
                if (take()) {
                    forget(pressed);
                }
                show();
                Optional<Character> key = pressed.next(LOOK);
                goesOn = key.isEmpty() || act(key.get(), pressed);
            }
        } finally {
            watch.cancel("left", null);
            reader.join();
        }
    }

    private void read(BlockingClientCall<?, WatchApprovalsResponse> watch) {
        try {
            WatchApprovalsResponse response = watch.read();
            while (response != null) {
                news.add(new News(response.getApproval(), null));
                response = watch.read();
            }
        } catch (StatusException ended) {
            news.add(new News(null, ended));
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        }
    }

    /** What was typed was for what stood there. A terminal that is gone presses for ever. */
    private static void forget(Keys pressed) throws IOException {
        boolean typed = true;
        for (int keys = 0; typed && keys < MOST_TYPED; keys++) {
            typed = pressed.next(NO_TIME).isPresent();
        }
    }

    /** Returns whether somebody else has answered what is shown. */
    private boolean take() throws StatusException {
        Optional<String> before = shown;
        for (News next = news.poll(); next != null; next = news.poll()) {
            if (next.end() != null) {
                throw next.end();
            }
            Approval approval = next.approval();
            if (approval == null) {
                continue;
            }
            if (approval.hasDecided()) {
                if (open.remove(approval.getId()) != null) {
                    invocation.printLine(new ApprovalView(approval).decided());
                }
                shown = shown.filter(id -> !id.equals(approval.getId()));
            } else {
                open.put(approval.getId(), approval);
            }
        }
        return before.isPresent() && shown.isEmpty();
    }

    private static String help(Approval approval) {
        return approval.hasChanges() ? CHANGES_HELP : CALL_HELP;
    }

    private void show() throws StatusException, InterruptedException {
        if (shown.isPresent()) {
            return;
        }
        Optional<Approval> first = open.values().stream().findFirst();
        if (first.isEmpty()) {
            if (!idle) {
                invocation.printLine("nothing is asked; waiting ([q] to quit)");
            }
            idle = true;
            return;
        }
        idle = false;
        Approval approval = first.get();
        shown = Optional.of(approval.getId());
        invocation.printLine("");
        invocation.printLine(new ApprovalView(approval).toString().stripTrailing());
        known = !approval.hasChanges() || new ApprovalChanges(invocation, client, approval).print(LINES);
        invocation.printLine(invocation.colours().strong(help(approval))
                + (open.size() > 1 ? "  (" + (open.size() - 1) + " more wait)" : ""));
    }

    /** Returns whether to go on. */
    private boolean act(char key, Keys pressed) throws StatusException, IOException, InterruptedException {
        Optional<Approval> current = shown.flatMap(id -> Optional.ofNullable(open.get(id)));
        if (key == 'q') {
            return false;
        }
        if (current.isEmpty()) {
            return true;
        }
        if (key == 'n') {
            // To the end of the line.
            open.remove(current.get().getId());
            open.put(current.get().getId(), current.get());
            shown = Optional.empty();
        } else if (current.get().hasChanges()) {
            actOnChanges(key, current.get(), pressed);
        } else {
            actOnCall(key, current.get(), pressed);
        }
        return true;
    }

    private void actOnCall(char key, Approval approval, Keys pressed)
            throws StatusException, IOException, InterruptedException {
        switch (key) {
            case 'a' -> answer(approval, allow(false));
            case 't' -> answer(approval, allow(true));
            case 'd' -> answer(approval, deny(false));
            case 's' -> answer(approval, deny(true));
            case 'e' ->
                answerOrShow(approval, pressed.aside(() -> new ApprovalEdit(invocation, client).edit(approval)));
            default -> invocation.printLine(CALL_HELP);
        }
    }

    private void actOnChanges(char key, Approval approval, Keys pressed)
            throws StatusException, IOException, InterruptedException {
        switch (key) {
            case 'a' -> {
                if (known) {
                    answer(approval, allow(false));
                } else {
                    known = true;
                    invocation.printLine(
                            invocation
                                    .colours()
                                    .doubtful(
                                            "not all of it is shown here; [a] again applies all of it, [e] shows it hunk by hunk"));
                }
            }
            case 'd' -> answer(approval, deny(false));
            case 'e' -> {
                ApprovalChanges changes = new ApprovalChanges(invocation, client, approval);
                answerOrShow(
                        approval,
                        new HunkPicker(invocation, client, changes.request(), question -> key(question, pressed))
                                .pick()
                                .map(chosen ->
                                        DecideApprovalRequest.newBuilder().setNarrowed(chosen)));
            }
            default -> invocation.printLine(CHANGES_HELP);
        }
    }

    private Optional<String> key(String question, Keys pressed) throws IOException {
        invocation.printLine(question);
        Optional<Character> key = Optional.empty();
        while (key.isEmpty()) {
            key = pressed.next(LOOK);
        }
        return key.map(String::valueOf);
    }

    private static DecideApprovalRequest.Builder allow(boolean forTask) {
        return DecideApprovalRequest.newBuilder().setAllow(Allow.newBuilder().setForTask(forTask));
    }

    private static DecideApprovalRequest.Builder deny(boolean stop) {
        return DecideApprovalRequest.newBuilder().setDeny(Deny.newBuilder().setStop(stop));
    }

    private void answerOrShow(Approval approval, Optional<DecideApprovalRequest.Builder> answer) {
        answer.ifPresentOrElse(chosen -> answer(approval, chosen), () -> shown = Optional.empty());
    }

    private void answer(Approval approval, DecideApprovalRequest.Builder answer) {
        try {
            Approval decided = new ApprovalAnswer(client).give(approval, answer);
            invocation.printLine(new ApprovalView(decided).decided());
            open.remove(approval.getId());
        } catch (StatusException refused) {
            // Somebody was faster, say: told, and then shown as it is now.
            invocation.printLine(invocation.colours().bad(Failure.of(refused).toString()));
        }
        shown = Optional.empty();
    }
}
