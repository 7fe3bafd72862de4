package dev.mulligan.host.service;

import com.google.protobuf.ByteString;
import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.guest.GuestFile;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.proto.host.v1.FileInfo;
import dev.mulligan.proto.host.v1.WatchFilesResponse;

/** Files of a guest: messages and values. */
final class FileMessages {
    private FileMessages() {}

    static FileInfo message(GuestFile file) {
        FileInfo.Builder message = FileInfo.newBuilder()
                .setPath(file.path().toString())
                .setType(type(file.type()))
                .setSize(file.size())
                .setMode(file.mode())
                .setUid(file.uid())
                .setGid(file.gid())
                .setModified(Times.timestamp(file.modified()))
                .setLinkTarget(file.linkTarget());
        ByteString bytes = file.path().bytes();
        if (!bytes.equals(message.getPathBytes())) {
            message.setRawPath(bytes);
        }
        return message.build();
    }

    static WatchFilesResponse message(Guest.WatchKind kind, GuestPath path) {
        return WatchFilesResponse.newBuilder()
                .setKind(
                        switch (kind) {
                            case READY -> WatchFilesResponse.Kind.READY;
                            case CREATED -> WatchFilesResponse.Kind.CREATED;
                            case MODIFIED -> WatchFilesResponse.Kind.MODIFIED;
                            case DELETED -> WatchFilesResponse.Kind.DELETED;
                            case OVERFLOW -> WatchFilesResponse.Kind.OVERFLOW;
                        })
                .setPath(path.toString())
                .build();
    }

    private static FileInfo.Type type(GuestFile.Type type) {
        return switch (type) {
            case REGULAR -> FileInfo.Type.REGULAR;
            case DIRECTORY -> FileInfo.Type.DIRECTORY;
            case SYMBOLIC_LINK -> FileInfo.Type.SYMBOLIC_LINK;
            case OTHER -> FileInfo.Type.OTHER;
        };
    }
}
