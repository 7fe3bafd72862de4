package dev.mulligan.host.cli;

import com.google.protobuf.Message;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Services that answer each call with one message: an empty one, unless another is set. */
final class BlankHost {
    private final Map<String, Object> answers = new HashMap<>();

    BlankHost answer(Message message, MethodDescriptor<?, ? extends Message> method) {
        answers.put(method.getFullMethodName(), message);
        return this;
    }

    BindableService service(ServiceDescriptor descriptor) {
        ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(descriptor);
        descriptor.getMethods().forEach(method -> add(service, method));
        ServerServiceDefinition built = service.build();
        return () -> built;
    }

    private <Q, A> void add(ServerServiceDefinition.Builder service, MethodDescriptor<Q, A> method) {
        service.addMethod(
                method,
                switch (method.getType()) {
                    case UNARY, SERVER_STREAMING, UNKNOWN ->
                        ServerCalls.asyncServerStreamingCall((_, responses) -> finish(method, responses));
                    case CLIENT_STREAMING, BIDI_STREAMING ->
                        ServerCalls.asyncBidiStreamingCall(responses -> new StreamObserver<>() {
                            private boolean finished;

                            // A conversation is over at the first word, an upload at its end.
                            @Override
                            public void onNext(Q request) {
                                if (method.getType() == MethodDescriptor.MethodType.BIDI_STREAMING) {
                                    onCompleted();
                                }
                            }

                            @Override
                            public void onError(Throwable cancelled) {}

                            @Override
                            public void onCompleted() {
                                if (!finished) {
                                    finished = true;
                                    finish(method, responses);
                                }
                            }
                        });
                });
    }

    private <A> void finish(MethodDescriptor<?, A> method, StreamObserver<A> responses) {
        PrototypeMarshaller<A> marshaller = (PrototypeMarshaller<A>) method.getResponseMarshaller();
        A blank = Objects.requireNonNull(marshaller.getMessagePrototype());
        responses.onNext(marshaller.getMessageClass().cast(answers.getOrDefault(method.getFullMethodName(), blank)));
        responses.onCompleted();
    }
}
