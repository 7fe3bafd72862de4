package dev.mulligan.image.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.BuildResponseItem;
import dev.mulligan.image.ImageException;
import dev.mulligan.image.ImageException.Code;
import dev.mulligan.image.command.OutputTail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Listens to a build: passes its lines on, keeps the last ones for the error, and notes the images that it makes. */
final class DockerBuildLog extends ResultCallback.Adapter<BuildResponseItem> {

    private static final Pattern IMAGE = Pattern.compile(" ---> ([0-9a-f]{12})");
    private static final String CACHED = " ---> Using cache";
    private static final String FIRST_INSTRUCTION = "FROM ";
    private static final Pattern STEP = Pattern.compile("Step \\d+/\\d+ : (.*)");

    private final Consumer<String> listener;
    private final OutputTail tail = new OutputTail();
    private final List<String> newImages = new ArrayList<>();
    private boolean notOurs;
    private @Nullable String failure;

    DockerBuildLog(Consumer<String> listener) {
        this.listener = listener;
    }

    @Override
    public synchronized void onNext(BuildResponseItem item) {
        if (item.isErrorIndicated() && item.getErrorDetail() != null) {
            failure = item.getErrorDetail().getMessage();
        }
        String stream = item.getStream();
        if (stream != null) {
            stream.lines().filter(line -> !line.isBlank()).forEach(this::line);
        }
    }

    /** The images that this build has made, oldest first; not those it started from or found in the cache. */
    synchronized List<String> newImages() {
        return List.copyOf(newImages);
    }

    /** Waits for the end. An interrupt closes the connection, and with it Docker ends the build. */
    void await(String what) {
        try {
            awaitCompletion();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ImageException.of(Code.CANCELLED, what + " was cancelled")
                    .cause(e)
                    .build();
        } finally {
            closeQuietly();
        }
        synchronized (this) {
            if (failure != null) {
                throw ImageException.of(Code.BUILD_FAILED, what)
                        .value(failure.strip())
                        .expected("every step succeeds")
                        .remedy(tail.text())
                        .build();
            }
        }
    }

    private void line(String line) {
        tail.add(line);
        listener.accept(line);
        Matcher step = STEP.matcher(line);
        Matcher image = IMAGE.matcher(line);
        if (step.matches()) {
            notOurs = step.group(1).startsWith(FIRST_INSTRUCTION);
        } else if (line.startsWith(CACHED)) {
            notOurs = true;
        } else if (image.matches() && !notOurs) {
            newImages.add(image.group(1));
        }
    }

    private void closeQuietly() {
        try {
            close();
        } catch (IOException e) {
            // The connection was to be closed, and is.
            tail.add("(connection: " + e.getMessage() + ")");
        }
    }
}
