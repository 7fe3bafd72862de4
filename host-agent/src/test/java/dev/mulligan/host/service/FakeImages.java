package dev.mulligan.host.service;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.image.Images;
import dev.mulligan.image.BuildEvent;
import dev.mulligan.image.BuildListener;
import dev.mulligan.image.BuildResult;
import dev.mulligan.image.Image;
import dev.mulligan.image.ImageException;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** No images; a build of {@code endless} prints until it is interrupted, any other fails. */
final class FakeImages implements Images {
    final CountDownLatch interrupted = new CountDownLatch(1);

    @Override
    public List<Image> list() {
        return List.of();
    }

    @Override
    public Image get(String reference) {
        throw HostException.of(HostErrorCode.UNKNOWN_IMAGE, "unknown image")
                .value(reference)
                .build();
    }

    @Override
    public List<String> recipes() {
        return List.of("base", "data");
    }

    @Override
    public BuildResult build(String recipe, boolean useCache, Actor actor, BuildListener listener) {
        listener.accept(new BuildEvent.Progress("root file system", 0.25, "unpacking"));
        if (!recipe.equals("endless")) {
            throw new ImageException(
                    ImageException.Code.BUILD_FAILED, "build failed: " + "long line ".repeat(2000) + "the last line");
        }
        try {
            new CountDownLatch(1).await();
            throw new AssertionError();
        } catch (InterruptedException cancelled) {
            interrupted.countDown();
            throw new ImageException(ImageException.Code.CANCELLED, "cancelled");
        }
    }

    @Override
    public void delete(String reference, Actor actor) {
        get(reference);
    }
}
