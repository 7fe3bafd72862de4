package dev.mulligan.host.cli;

import com.google.protobuf.ByteString;
import dev.mulligan.proto.host.v1.Change;
import dev.mulligan.proto.host.v1.ChangesServiceGrpc;
import dev.mulligan.proto.host.v1.DiffChangesRequest;
import dev.mulligan.proto.host.v1.DiffChangesResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A text with two hunks, the first of them hostile, and a directory that is deleted with what was in it. */
final class FakeDiffs extends ChangesServiceGrpc.ChangesServiceImplBase {
    final List<DiffChangesRequest> requests = new CopyOnWriteArrayList<>();
    /** How many times the text comes. */
    volatile int texts = 1;
    /** How many lines its first hunk adds. */
    volatile int added;

    @Override
    public void diff(DiffChangesRequest request, StreamObserver<DiffChangesResponse> observer) {
        requests.add(request);
        for (int text = 0; text < texts; text++) {
            observer.onNext(DiffChangesResponse.newBuilder()
                    .setChangeSetId("c1")
                    .setChange(change("report.md", Change.Kind.MODIFY))
                    .addHunks(hunk(1, "@@ -1 +1 @@\n-one\n+ONE\u001b[2J\n" + lines()))
                    .addHunks(hunk(2, "@@ -9 +9 @@\n-two\n+TWO\n"))
                    .build());
        }
        for (String path : List.of("old", "old/a.txt", "older")) {
            observer.onNext(DiffChangesResponse.newBuilder()
                    .setChangeSetId("c1")
                    .setChange(change(path, Change.Kind.DELETE))
                    .build());
        }
        observer.onCompleted();
    }

    private String lines() {
        return IntStream.rangeClosed(1, added).mapToObj("+line %d\n"::formatted).collect(Collectors.joining());
    }

    private static Change change(String path, Change.Kind kind) {
        return Change.newBuilder()
                .setPath(path)
                .setKind(kind)
                .setState(Change.State.PENDING)
                .setSummary("3 B")
                .setDigest("digest of " + path)
                .build();
    }

    private static DiffChangesResponse.Hunk hunk(int number, String text) {
        return DiffChangesResponse.Hunk.newBuilder()
                .setNumber(number)
                .setText(ByteString.copyFromUtf8(text))
                .build();
    }
}
