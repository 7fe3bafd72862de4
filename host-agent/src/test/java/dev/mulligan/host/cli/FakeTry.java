package dev.mulligan.host.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.mulligan.host.TryLabel;
import dev.mulligan.proto.host.v1.CallResult;
import dev.mulligan.proto.host.v1.CancelTaskRequest;
import dev.mulligan.proto.host.v1.CancelTaskResponse;
import dev.mulligan.proto.host.v1.ChangeSet;
import dev.mulligan.proto.host.v1.ChangesServiceGrpc;
import dev.mulligan.proto.host.v1.CreateSandboxRequest;
import dev.mulligan.proto.host.v1.CreateSandboxResponse;
import dev.mulligan.proto.host.v1.DeleteSandboxRequest;
import dev.mulligan.proto.host.v1.DeleteSandboxResponse;
import dev.mulligan.proto.host.v1.DispatchRequest;
import dev.mulligan.proto.host.v1.DispatchResponse;
import dev.mulligan.proto.host.v1.ExecExited;
import dev.mulligan.proto.host.v1.ExecOutput;
import dev.mulligan.proto.host.v1.ExecRequest;
import dev.mulligan.proto.host.v1.ExecResponse;
import dev.mulligan.proto.host.v1.ExecStart;
import dev.mulligan.proto.host.v1.ForkSandboxRequest;
import dev.mulligan.proto.host.v1.ForkSandboxResponse;
import dev.mulligan.proto.host.v1.GetSandboxRequest;
import dev.mulligan.proto.host.v1.GetSandboxResponse;
import dev.mulligan.proto.host.v1.ListChangesRequest;
import dev.mulligan.proto.host.v1.ListChangesResponse;
import dev.mulligan.proto.host.v1.ListTasksRequest;
import dev.mulligan.proto.host.v1.ListTasksResponse;
import dev.mulligan.proto.host.v1.OutputStream;
import dev.mulligan.proto.host.v1.PickSandboxRequest;
import dev.mulligan.proto.host.v1.PickSandboxResponse;
import dev.mulligan.proto.host.v1.RejectChangesRequest;
import dev.mulligan.proto.host.v1.RejectChangesResponse;
import dev.mulligan.proto.host.v1.Sandbox;
import dev.mulligan.proto.host.v1.SandboxServiceGrpc;
import dev.mulligan.proto.host.v1.Task;
import dev.mulligan.proto.host.v1.TaskServiceGrpc;
import dev.mulligan.proto.host.v1.TaskState;
import dev.mulligan.proto.host.v1.WatchTaskRequest;
import dev.mulligan.proto.host.v1.WatchTaskResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * A host agent whose forks have a home that is a map. The task named {@code N} in a fork writes {@code out} and removes
 * {@code old}; its score is what {@link #scores} says for the candidate. A task named "fail" fails, one named "wait"
 * waits for {@link #cancelled}, and one named "refused" is. The sandbox "slow" is forked until the client gives up.
 */
final class FakeTry {
    final Map<String, Map<String, String>> homes = new ConcurrentHashMap<>();
    final Map<String, String> scores = new ConcurrentHashMap<>();
    /** Whose machines die before they are scored. */
    final Set<String> dead = ConcurrentHashMap.newKeySet();

    final List<ForkSandboxRequest> forks = new CopyOnWriteArrayList<>();
    final List<DispatchRequest> dispatched = new CopyOnWriteArrayList<>();
    final List<PickSandboxRequest> picks = new CopyOnWriteArrayList<>();
    final List<String> deleted = new CopyOnWriteArrayList<>();
    final List<CreateSandboxRequest> created = new CopyOnWriteArrayList<>();
    final CountDownLatch cancelled = new CountDownLatch(1);
    final CountDownLatch forkCancelled = new CountDownLatch(1);
    final Sandboxes sandboxes = new Sandboxes();
    final Tasks tasks = new Tasks();
    final Changes changes = new Changes();
    final List<String> rejected = new CopyOnWriteArrayList<>();

    private static <R> void answer(StreamObserver<R> responses, R response) {
        responses.onNext(response);
        responses.onCompleted();
    }

    final class Sandboxes extends SandboxServiceGrpc.SandboxServiceImplBase {
        @Override
        public void create(CreateSandboxRequest request, StreamObserver<CreateSandboxResponse> responses) {
            created.add(request);
            answer(
                    responses,
                    CreateSandboxResponse.newBuilder()
                            .setSandbox(Sandbox.newBuilder().setId("sb-" + request.getImage()))
                            .build());
        }

        @Override
        public void delete(DeleteSandboxRequest request, StreamObserver<DeleteSandboxResponse> responses) {
            deleted.add(request.getSandbox());
            answer(responses, DeleteSandboxResponse.getDefaultInstance());
        }

        @Override
        public void get(GetSandboxRequest request, StreamObserver<GetSandboxResponse> responses) {
            Sandbox.Builder sandbox = Sandbox.newBuilder().setId("sb-of-" + request.getSandbox());
            if (!request.getSandbox().equals("web")) {
                sandbox.putLabels(TryLabel.KEY, "try-1");
            }
            answer(
                    responses,
                    GetSandboxResponse.newBuilder().setSandbox(sandbox).build());
        }

        @Override
        public void fork(ForkSandboxRequest request, StreamObserver<ForkSandboxResponse> responses) {
            forks.add(request);
            if (request.getSandbox().equals("booted")) {
                responses.onError(FakeHost.error(
                        Status.Code.FAILED_PRECONDITION, "UNSUPPORTED", "it was booted", "booted", "create it anew"));
                return;
            }
            if (request.getSandbox().equals("slow")) {
                ((ServerCallStreamObserver<?>) responses).setOnCancelHandler(forkCancelled::countDown);
                return;
            }
            responses.onNext(ForkSandboxResponse.newBuilder()
                    .setProgress("taking the moment of web")
                    .build());
            ForkSandboxResponse.Result.Builder result = ForkSandboxResponse.Result.newBuilder();
            for (int number = 1; number <= request.getCount(); number++) {
                homes.put(
                        "sb-" + number, new ConcurrentHashMap<>(Map.of("old", "f 644 1 1 1 ", "kept", "f 644 2 1 1 ")));
                result.addSandboxes(Sandbox.newBuilder()
                        .setId("sb-" + number)
                        .setName(
                                number <= request.getNamesCount() ? request.getNames(number - 1) : "chosen-" + number));
            }
            answer(responses, ForkSandboxResponse.newBuilder().setResult(result).build());
        }

        @Override
        public void pick(PickSandboxRequest request, StreamObserver<PickSandboxResponse> responses) {
            picks.add(request);
            answer(
                    responses,
                    PickSandboxResponse.newBuilder()
                            .addDeleted(Sandbox.newBuilder().setId("sb-other"))
                            .build());
        }

        @Override
        public StreamObserver<ExecRequest> exec(StreamObserver<ExecResponse> responses) {
            return new StreamObserver<>() {
                @Override
                public void onNext(ExecRequest request) {
                    ExecStart start = request.getStart();
                    StringBuilder printed = new StringBuilder();
                    int exitCode = 0;
                    if (start.getArguments(0).equals("find")) {
                        new TreeMap<>(homes.getOrDefault(start.getSandbox(), Map.of()))
                                .forEach((path, facts) ->
                                        printed.append(facts).append(path).append('\0'));
                    } else if (dead.contains(start.getSandbox())) {
                        responses.onError(FakeHost.error(
                                Status.Code.UNAVAILABLE, "GUEST_UNREACHABLE", "it is gone", "sb", "roll it back"));
                        return;
                    } else {
                        printed.append(scores.getOrDefault(start.getSandbox(), "no number"));
                        exitCode = printed.indexOf("Traceback") >= 0 ? 1 : 0;
                    }
                    OutputStream stream = exitCode == 0 ? OutputStream.STDOUT : OutputStream.STDERR;
                    responses.onNext(ExecResponse.newBuilder()
                            .setOutput(ExecOutput.newBuilder()
                                    .setStream(stream)
                                    .setData(ByteString.copyFromUtf8(printed.toString())))
                            .build());
                    responses.onNext(ExecResponse.newBuilder()
                            .setExited(ExecExited.newBuilder()
                                    .setExitCode(exitCode)
                                    .setOutcome(exitCode == 0 ? CallResult.Outcome.OK : CallResult.Outcome.ERROR))
                            .build());
                    responses.onCompleted();
                }

                @Override
                public void onError(Throwable left) {}

                @Override
                public void onCompleted() {}
            };
        }
    }

    final class Tasks extends TaskServiceGrpc.TaskServiceImplBase {
        private static final Set<String> ENDLESS = Set.of("wait");

        @Override
        public void dispatch(DispatchRequest request, StreamObserver<DispatchResponse> responses) {
            if (request.getTask().getName().equals("refused")) {
                responses.onError(FakeHost.error(
                        Status.Code.INVALID_ARGUMENT, "BAD_SCOPE", "no such base", "strict", "correct it"));
                return;
            }
            dispatched.add(request);
            answer(
                    responses,
                    DispatchResponse.newBuilder()
                            .setTask(Task.newBuilder()
                                    .setId("t-" + request.getTask().getSandbox() + "-"
                                            + request.getTask().getName())
                                    .setSpec(request.getTask()))
                            .build());
        }

        @Override
        public void watch(WatchTaskRequest request, StreamObserver<WatchTaskResponse> responses) {
            String[] words = request.getTaskId().split("-", -1);
            Thread.ofVirtual().start(() -> {
                try {
                    if (ENDLESS.contains(words[3])) {
                        cancelled.await();
                    }
                    end(request.getTaskId(), "sb-" + words[2], words[3], responses);
                } catch (InterruptedException impossible) {
                    throw new AssertionError(impossible);
                }
            });
        }

        @Override
        public void list(ListTasksRequest request, StreamObserver<ListTasksResponse> responses) {
            ListTasksResponse.Builder page = ListTasksResponse.newBuilder();
            for (DispatchRequest one : dispatched) {
                if (one.getTask().getLabelsOrDefault(TryLabel.KEY, "").equals(request.getLabelsOrThrow(TryLabel.KEY))) {
                    page.addTasks(Task.newBuilder()
                            .setId("t-" + one.getTask().getSandbox() + "-"
                                    + one.getTask().getName())
                            .setSandboxId(one.getTask().getSandbox())
                            .setEnded(Timestamp.newBuilder().setSeconds(12)));
                }
            }
            answer(responses, page.build());
        }

        private void end(String id, String sandbox, String name, StreamObserver<WatchTaskResponse> responses) {
            TaskState state = switch (name) {
                case "fail" -> TaskState.FAILED;
                case "wait" -> TaskState.CANCELLED;
                default -> TaskState.SUCCEEDED;
            };
            if (state == TaskState.SUCCEEDED) {
                Map<String, String> home = homes.getOrDefault(sandbox, Map.of());
                home.put("out of " + name, "f 644 9 5 5 ");
                home.put("kept", "f 644 2 1 9 ");
                home.remove("old");
            }
            answer(
                    responses,
                    WatchTaskResponse.newBuilder()
                            .setStateChanged(WatchTaskResponse.StateChanged.newBuilder()
                                    .setTask(Task.newBuilder()
                                            .setId(id)
                                            .setState(state)
                                            .setStarted(Timestamp.newBuilder().setSeconds(10))
                                            .setEnded(Timestamp.newBuilder().setSeconds(12))
                                            .addResults(CallResult.newBuilder()
                                                    .setExitCode(state == TaskState.SUCCEEDED ? 0 : 7))))
                            .build());
        }

        @Override
        public void cancel(CancelTaskRequest request, StreamObserver<CancelTaskResponse> responses) {
            cancelled.countDown();
            answer(responses, CancelTaskResponse.getDefaultInstance());
        }
    }

    /** Tasks whose scope has folders write one file to each. */
    final class Changes extends ChangesServiceGrpc.ChangesServiceImplBase {
        @Override
        public void list(ListChangesRequest request, StreamObserver<ListChangesResponse> responses) {
            dispatched.stream()
                    .filter(one -> request.getTaskId()
                            .equals("t-" + one.getTask().getSandbox() + "-"
                                    + one.getTask().getName()))
                    .flatMap(one -> one.getTask().getScope().getFoldersList().stream())
                    .forEach(folder -> responses.onNext(ListChangesResponse.newBuilder()
                            .setChangeSet(ChangeSet.newBuilder()
                                    .setFolder(folder.getPath())
                                    .addChanges(FakeChanges.TEXT))
                            .build()));
            responses.onCompleted();
        }

        @Override
        public void reject(RejectChangesRequest request, StreamObserver<RejectChangesResponse> responses) {
            rejected.add(request.getTaskId());
            answer(responses, RejectChangesResponse.getDefaultInstance());
        }
    }
}
