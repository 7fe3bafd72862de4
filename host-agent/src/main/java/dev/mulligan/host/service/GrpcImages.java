package dev.mulligan.host.service;

import dev.mulligan.host.image.Images;
import dev.mulligan.proto.host.v1.BuildImageRequest;
import dev.mulligan.proto.host.v1.BuildImageResponse;
import dev.mulligan.proto.host.v1.DeleteImageRequest;
import dev.mulligan.proto.host.v1.DeleteImageResponse;
import dev.mulligan.proto.host.v1.GetImageRequest;
import dev.mulligan.proto.host.v1.GetImageResponse;
import dev.mulligan.proto.host.v1.ImageServiceGrpc;
import dev.mulligan.proto.host.v1.ListImagesRequest;
import dev.mulligan.proto.host.v1.ListImagesResponse;
import io.grpc.stub.StreamObserver;

/** {@code ImageService}. */
final class GrpcImages extends ImageServiceGrpc.ImageServiceImplBase {
    private static final int LONGEST_PATH = 4096;

    private final Images images;
    private final Calls calls;

    GrpcImages(Images images, Calls calls) {
        this.images = images;
        this.calls = calls;
    }

    @Override
    public void build(BuildImageRequest request, StreamObserver<BuildImageResponse> observer) {
        Caller caller = Caller.current();
        calls.stream(observer, sender -> {
            String recipe = request.getRecipe();
            if (recipe.isEmpty() || recipe.length() > LONGEST_PATH || recipe.indexOf('\0') >= 0) {
                throw Field.invalid(
                        "recipe",
                        recipe.length() + " characters",
                        "the name of a recipe, or the absolute path of a folder",
                        "see 'mulligan image list' for the names");
            }
            sender.send(ImageMessages.message(images.build(
                    recipe,
                    !request.getNoCache(),
                    caller.actor(),
                    event -> sender.send(ImageMessages.message(event)))));
        });
    }

    @Override
    public void list(ListImagesRequest request, StreamObserver<ListImagesResponse> observer) {
        calls.answer(
                observer,
                () -> ListImagesResponse.newBuilder()
                        .addAllImages(
                                images.list().stream().map(ImageMessages::brief).toList())
                        .addAllRecipes(images.recipes())
                        .build());
    }

    @Override
    public void get(GetImageRequest request, StreamObserver<GetImageResponse> observer) {
        calls.answer(
                observer,
                () -> GetImageResponse.newBuilder()
                        .setImage(ImageMessages.message(images.get(Field.required("image", request.getImage()))))
                        .build());
    }

    @Override
    public void delete(DeleteImageRequest request, StreamObserver<DeleteImageResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(observer, () -> {
            images.delete(Field.required("image", request.getImage()), caller.actor());
            return DeleteImageResponse.getDefaultInstance();
        });
    }
}
