package dev.mulligan.host.service;

import dev.mulligan.image.BuildEvent;
import dev.mulligan.image.BuildResult;
import dev.mulligan.image.Image;
import dev.mulligan.image.ImageManifest;
import dev.mulligan.proto.host.v1.BuildImageResponse;

/** Images: messages and values. */
final class ImageMessages {
    private ImageMessages() {}

    /** Everything that is known of it. */
    static dev.mulligan.proto.host.v1.Image message(Image image) {
        return brief(image).toBuilder()
                .putAllPackages(image.manifest().packages())
                .build();
    }

    /** Without its packages, which may be thousands. */
    static dev.mulligan.proto.host.v1.Image brief(Image image) {
        ImageManifest manifest = image.manifest();
        return dev.mulligan.proto.host.v1.Image.newBuilder()
                .setDigest(manifest.digest().value())
                .setName(manifest.name())
                .setCreated(Times.timestamp(manifest.created()))
                .setSizeBytes(manifest.sizeBytes())
                .setOperatingSystem(manifest.operatingSystem())
                .setKernel(manifest.kernel())
                .addAllOrigins(manifest.origins())
                .putAllTools(manifest.tools())
                .setRecipeDigest(manifest.recipeDigest().value())
                .build();
    }

    static BuildImageResponse message(BuildEvent event) {
        return switch (event) {
            case BuildEvent.Progress(String phase, double fraction, String message) ->
                BuildImageResponse.newBuilder()
                        .setProgress(BuildImageResponse.Progress.newBuilder()
                                .setPhase(phase)
                                .setFraction(fraction)
                                .setMessage(message))
                        .build();
            case BuildEvent.Log(String line) ->
                BuildImageResponse.newBuilder().setLog(line).build();
        };
    }

    static BuildImageResponse message(BuildResult result) {
        return BuildImageResponse.newBuilder()
                .setResult(BuildImageResponse.Result.newBuilder()
                        .setImage(message(result.image()))
                        .setCached(result.cached()))
                .build();
    }
}
