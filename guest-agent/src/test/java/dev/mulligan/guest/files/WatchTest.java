package dev.mulligan.guest.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.guest.AgentUnderTest;
import dev.mulligan.guest.Await;
import dev.mulligan.guest.OneAgentPerProcess;
import dev.mulligan.proto.guest.v1.WatchRequest;
import dev.mulligan.proto.guest.v1.WatchResponse;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@OneAgentPerProcess
@SuppressWarnings("NullAway.Init") // Set by JUnit and before the tests.
final class WatchTest {
    private static AgentUnderTest agent;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() throws Exception {
        agent = AgentUnderTest.start();
    }

    @AfterAll
    static void stop() throws Exception {
        agent.close();
    }

    @Test
    void reportsChangesAlsoInNewDirectories() throws Exception {
        List<String> events = new CopyOnWriteArrayList<>();
        Context.CancellableContext context = Context.current().withCancellation();
        context.run(() -> agent.asyncFiles()
                .watch(
                        WatchRequest.newBuilder()
                                .setUser(AgentUnderTest.SELF)
                                .setPath(FileCalls.bytes(directory))
                                .setRecursive(true)
                                .build(),
                        new Collector(events)));
        awaitEvent(events, "READY ");
        Path file = Files.writeString(directory.resolve("file"), "x");
        awaitEvent(events, "CREATED file");
        awaitEvent(events, "MODIFIED file");
        Files.delete(file);
        awaitEvent(events, "DELETED file");
        Path deep = Files.createDirectories(directory.resolve("a/b/c"));
        awaitEvent(events, "CREATED a/b/c");
        Files.createFile(deep.resolve("inside"));
        awaitEvent(events, "CREATED a/b/c/inside");
        Files.move(directory.resolve("a"), directory.resolve("moved"));
        awaitEvent(events, "DELETED a");
        awaitEvent(events, "CREATED moved");
        awaitEvent(events, "CREATED moved/b/c/inside");
        Files.createFile(directory.resolve("moved/b/c/later"));
        awaitEvent(events, "CREATED moved/b/c/later");
        assertThat(events).doesNotContain("CREATED a/b/c/later");
        context.cancel(null);
    }

    private static void awaitEvent(List<String> events, String wanted) throws Exception {
        Await.until(wanted + " among " + events, () -> events.contains(wanted));
    }

    private final class Collector implements StreamObserver<WatchResponse> {
        private final List<String> events;

        private Collector(List<String> events) {
            this.events = events;
        }

        @Override
        public void onNext(WatchResponse response) {
            String path = response.getPath().toStringUtf8();
            events.add(response.getKind() + " "
                    + path.substring(
                            Math.min(path.length(), directory.toString().length() + 1)));
        }

        @Override
        public void onError(Throwable cause) {
            // Cancelled at the end.
        }

        @Override
        public void onCompleted() {
            events.add("COMPLETED");
        }
    }
}
