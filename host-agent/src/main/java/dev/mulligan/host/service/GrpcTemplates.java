package dev.mulligan.host.service;

import dev.mulligan.host.image.Images;
import dev.mulligan.host.message.DurationMessage;
import dev.mulligan.host.sandbox.ImageTemplate;
import dev.mulligan.host.sandbox.SandboxSize;
import dev.mulligan.host.sandbox.SandboxTemplates;
import dev.mulligan.proto.host.v1.DeleteTemplateRequest;
import dev.mulligan.proto.host.v1.DeleteTemplateResponse;
import dev.mulligan.proto.host.v1.KeepReadyRequest;
import dev.mulligan.proto.host.v1.KeepReadyResponse;
import dev.mulligan.proto.host.v1.ListTemplatesRequest;
import dev.mulligan.proto.host.v1.ListTemplatesResponse;
import dev.mulligan.proto.host.v1.PrepareTemplateRequest;
import dev.mulligan.proto.host.v1.PrepareTemplateResponse;
import dev.mulligan.proto.host.v1.Template;
import dev.mulligan.proto.host.v1.TemplateServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** {@code TemplateService}. */
final class GrpcTemplates extends TemplateServiceGrpc.TemplateServiceImplBase {
    private static final String DEFAULT_IMAGE = "base";

    private final SandboxTemplates templates;
    private final Images images;
    private final SandboxMessages messages;
    private final Calls calls;

    GrpcTemplates(SandboxTemplates templates, Images images, SandboxMessages messages, Calls calls) {
        this.templates = templates;
        this.images = images;
        this.messages = messages;
        this.calls = calls;
    }

    @Override
    public void prepare(PrepareTemplateRequest request, StreamObserver<PrepareTemplateResponse> observer) {
        Caller caller = Caller.current();
        calls.stream(observer, sender -> {
            ImageTemplate template = templates.prepare(
                    image(request.getImage()),
                    size(request.hasSize(), request.getSize()),
                    caller.actor(),
                    progress -> sender.send(PrepareTemplateResponse.newBuilder()
                            .setProgress(progress)
                            .build()));
            sender.send(PrepareTemplateResponse.newBuilder()
                    .setTemplate(message(template, imageNames()))
                    .build());
        });
    }

    @Override
    public void list(ListTemplatesRequest request, StreamObserver<ListTemplatesResponse> observer) {
        calls.answer(observer, () -> {
            Map<String, String> names = imageNames();
            return ListTemplatesResponse.newBuilder()
                    .addAllTemplates(templates.list().stream()
                            .map(template -> message(template, names))
                            .toList())
                    .build();
        });
    }

    @Override
    public void delete(DeleteTemplateRequest request, StreamObserver<DeleteTemplateResponse> observer) {
        Caller caller = Caller.current();
        calls.answer(
                observer,
                () -> DeleteTemplateResponse.newBuilder()
                        .addAllIds(templates.delete(Field.required("template", request.getTemplate()), caller.actor()))
                        .build());
    }

    @Override
    public void keepReady(KeepReadyRequest request, StreamObserver<KeepReadyResponse> observer) {
        Caller caller = Caller.current();
        calls.stream(observer, sender -> {
            ImageTemplate template = templates.keepReady(
                    image(request.getImage()),
                    size(request.hasSize(), request.getSize()),
                    request.hasMachines() ? Optional.of(request.getMachines()) : Optional.empty(),
                    caller.actor(),
                    progress -> sender.send(
                            KeepReadyResponse.newBuilder().setProgress(progress).build()));
            sender.send(KeepReadyResponse.newBuilder()
                    .setTemplate(message(template, imageNames()))
                    .build());
        });
    }

    private static String image(String given) {
        return Field.optional("image", given).orElse(DEFAULT_IMAGE);
    }

    private Optional<SandboxSize> size(boolean given, dev.mulligan.proto.host.v1.SandboxSize message) {
        return given ? Optional.of(messages.size(message)) : Optional.empty();
    }

    /** By digest; an image that lost its name to a newer one keeps it in its manifest. */
    private Map<String, String> imageNames() {
        Map<String, String> names = new HashMap<>();
        images.list()
                .forEach(image -> names.put(
                        image.manifest().digest().value(), image.manifest().name()));
        return names;
    }

    private static Template message(ImageTemplate kept, Map<String, String> names) {
        String digest = kept.template().content();
        return Template.newBuilder()
                .setId(kept.template().id().value())
                .setImage(names.getOrDefault(digest, ""))
                .setImageDigest(digest)
                .setMemoryBytes(kept.template().memory().bytes())
                .setSizeBytes(kept.template().size().bytes())
                .setCreated(Times.timestamp(kept.template().created()))
                .setMaking(DurationMessage.of(kept.template().making()))
                .setReady(kept.ready())
                .setWanted(kept.wanted())
                .setTaken(kept.taken())
                .setMissed(kept.missed())
                .setDiscarded(kept.discarded())
                .build();
    }
}
