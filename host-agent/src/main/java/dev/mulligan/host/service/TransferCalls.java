package dev.mulligan.host.service;

import com.google.protobuf.ByteString;
import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.guest.GuestFile;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.proto.host.v1.DownloadRequest;
import dev.mulligan.proto.host.v1.DownloadResponse;
import dev.mulligan.proto.host.v1.ReadFileRequest;
import dev.mulligan.proto.host.v1.ReadFileResponse;
import dev.mulligan.proto.host.v1.UploadRequest;
import dev.mulligan.proto.host.v1.UploadResponse;
import dev.mulligan.proto.host.v1.WriteFileRequest;
import dev.mulligan.proto.host.v1.WriteFileResponse;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.Optional;

/** The calls of {@code SandboxService} that carry bytes in and out of a sandbox. */
final class TransferCalls {
    private static final int MOST_MODE = 07777;

    private final ByHand byHand;
    private final Calls calls;

    TransferCalls(ByHand byHand, Calls calls) {
        this.byHand = byHand;
        this.calls = calls;
    }

    void read(ReadFileRequest request, StreamObserver<ReadFileResponse> observer) {
        Caller caller = Caller.current();
        calls.stream(
                observer,
                sender -> byHand.look(request.getSandbox(), caller.actor(), files -> {
                    ChunkStream<ReadFileResponse> sink = new ChunkStream<>(
                            sender,
                            chunk ->
                                    ReadFileResponse.newBuilder().setData(chunk).build());
                    files.read(FileCalls.path("path", request.getPath()), ByHand.user(request.getRoot()), sink);
                    sink.flush();
                    return sink;
                }));
    }

    void download(DownloadRequest request, StreamObserver<DownloadResponse> observer) {
        Caller caller = Caller.current();
        calls.stream(
                observer,
                sender -> byHand.look(request.getSandbox(), caller.actor(), files -> {
                    ChunkStream<DownloadResponse> sink = new ChunkStream<>(
                            sender,
                            chunk ->
                                    DownloadResponse.newBuilder().setData(chunk).build());
                    files.pack(FileCalls.path("path", request.getPath()), ByHand.user(request.getRoot()), sink);
                    sink.flush();
                    return sink;
                }));
    }

    StreamObserver<WriteFileRequest> write(StreamObserver<WriteFileResponse> observer) {
        Caller caller = Caller.current();
        return calls.converse(observer, (inbox, sender) -> {
            WriteFileRequest.Header header = inbox.take()
                    .filter(WriteFileRequest::hasHeader)
                    .map(WriteFileRequest::getHeader)
                    .orElseThrow(TransferCalls::noHeader);
            GuestPath path = FileCalls.path("path", header.getPath());
            int mode = Field.between("mode", header.getMode(), 0, MOST_MODE);
            GuestFile file = byHand.change(
                    header.getSandbox(),
                    caller.actor(),
                    "sandbox.file_written",
                    Map.of("path", path.toString(), "mode", Integer.toOctalString(mode)),
                    header.getRoot(),
                    files -> files.write(
                            path,
                            ByHand.user(header.getRoot()),
                            new Guest.WriteOptions(mode, header.getMakeParents()),
                            new InboxStream<>(inbox, TransferCalls::data)));
            sender.send(WriteFileResponse.newBuilder()
                    .setFile(FileMessages.message(file))
                    .build());
        });
    }

    StreamObserver<UploadRequest> upload(StreamObserver<UploadResponse> observer) {
        Caller caller = Caller.current();
        return calls.converse(observer, (inbox, sender) -> {
            UploadRequest.Header header = inbox.take()
                    .filter(UploadRequest::hasHeader)
                    .map(UploadRequest::getHeader)
                    .orElseThrow(TransferCalls::noHeader);
            GuestPath path = FileCalls.path("path", header.getPath());
            Guest.UnpackResult result = byHand.change(
                    header.getSandbox(),
                    caller.actor(),
                    "sandbox.files_uploaded",
                    Map.of("path", path.toString()),
                    header.getRoot(),
                    files -> {
                        String user = ByHand.user(header.getRoot());
                        files.makeDirectory(path, user);
                        return files.unpack(path, user, new InboxStream<>(inbox, TransferCalls::data));
                    });
            sender.send(UploadResponse.newBuilder()
                    .setEntries(result.entries())
                    .setBytes(result.bytes())
                    .build());
        });
    }

    private static ByteString data(WriteFileRequest request) {
        return Optional.of(request)
                .filter(WriteFileRequest::hasData)
                .map(WriteFileRequest::getData)
                .orElseThrow(TransferCalls::noData);
    }

    private static ByteString data(UploadRequest request) {
        return Optional.of(request)
                .filter(UploadRequest::hasData)
                .map(UploadRequest::getData)
                .orElseThrow(TransferCalls::noData);
    }

    private static RuntimeException noHeader() {
        return Field.invalid("first message", "no header", "a header, then data", "send the header first");
    }

    private static RuntimeException noData() {
        return Field.invalid("message after the first", "no data", "data", "send one header only");
    }
}
