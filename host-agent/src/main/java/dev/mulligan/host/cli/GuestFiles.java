package dev.mulligan.host.cli;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.DownloadRequest;
import dev.mulligan.proto.host.v1.DownloadResponse;
import dev.mulligan.proto.host.v1.FileInfo;
import dev.mulligan.proto.host.v1.ReadFileRequest;
import dev.mulligan.proto.host.v1.ReadFileResponse;
import dev.mulligan.proto.host.v1.StatFileRequest;
import dev.mulligan.proto.host.v1.UploadRequest;
import dev.mulligan.proto.host.v1.UploadResponse;
import dev.mulligan.proto.host.v1.WriteFileRequest;
import dev.mulligan.proto.host.v1.WriteFileResponse;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** A sandbox's files, as streams. */
record GuestFiles(HostClient client, String sandbox, boolean root) {
    /** What writes to a stream that goes to the guest. */
    interface Source {
        void writeTo(OutputStream output) throws IOException;
    }

    /** Empty if there is none. */
    Optional<FileInfo> stat(String path) throws StatusException {
        try {
            return Optional.of(client.sandboxes(Patience.MACHINE)
                    .statFile(StatFileRequest.newBuilder()
                            .setSandbox(sandbox)
                            .setPath(path)
                            .setRoot(root)
                            .build())
                    .getFile());
        } catch (StatusException failed) {
            if (Failure.of(failed).reason().equals(HostErrorCode.NO_SUCH_FILE.name())) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    void read(String path, OutputStream output) throws StatusException, InterruptedException, IOException {
        BlockingClientCall<?, ReadFileResponse> call = client.sandboxes(Patience.LONG)
                .readFile(ReadFileRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setPath(path)
                        .setRoot(root)
                        .build());
        ReadFileResponse part = call.read();
        while (part != null) {
            part.getData().writeTo(output);
            part = call.read();
        }
    }

    /** A tar archive, whose only top entry is the path's last component. */
    InputStream download(String path) {
        BlockingClientCall<?, DownloadResponse> call = client.sandboxes(Patience.LONG)
                .download(DownloadRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setPath(path)
                        .setRoot(root)
                        .build());
        return new CallInputStream<>(call, DownloadResponse::getData);
    }

    /** 0 for the mode: as it was, or 0644. */
    void write(String path, int mode, Source content) throws StatusException, InterruptedException, IOException {
        BlockingClientCall<WriteFileRequest, WriteFileResponse> call =
                client.sandboxes(Patience.LONG).writeFile();
        WriteFileRequest.Header header = WriteFileRequest.Header.newBuilder()
                .setSandbox(sandbox)
                .setPath(path)
                .setMode(mode)
                .setRoot(root)
                .build();
        send(
                call,
                WriteFileRequest.newBuilder().setHeader(header).build(),
                data -> WriteFileRequest.newBuilder().setData(data).build(),
                content);
    }

    /** A tar archive's content into a directory. */
    UploadResponse upload(String path, Source archive) throws StatusException, InterruptedException, IOException {
        BlockingClientCall<UploadRequest, UploadResponse> call =
                client.sandboxes(Patience.LONG).upload();
        UploadRequest.Header header = UploadRequest.Header.newBuilder()
                .setSandbox(sandbox)
                .setPath(path)
                .setRoot(root)
                .build();
        return send(
                call,
                UploadRequest.newBuilder().setHeader(header).build(),
                data -> UploadRequest.newBuilder().setData(data).build(),
                archive);
    }

    private static <Q, R> R send(
            BlockingClientCall<Q, R> call, Q header, CallOutputStream.Message<Q> message, Source content)
            throws StatusException, InterruptedException, IOException {
        try {
            if (call.write(header)) {
                try (CallOutputStream<Q> output = new CallOutputStream<>(call, message)) {
                    content.writeTo(output);
                }
            }
            call.halfClose();
        } catch (CallOutputStream.EndedException refused) {
            // The answer says why.
        } catch (IOException unreadable) {
            call.cancel("the source could not be read", unreadable);
            throw unreadable;
        }
        R response = call.read();
        if (response == null) {
            throw new IOException("the host agent ended the transfer without an answer");
        }
        return response;
    }
}
