package dev.mulligan.host.tool;

import dev.mulligan.host.guest.MimeBundle;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What the record holds of a call's arguments, which may be secret: a SHA-256 and a length. Who has the arguments can
 * show that they were these.
 *
 * @param sha256 64 hex digits, over the arguments, each as its length (4 bytes, big-endian) and its bytes
 * @param length of what was digested, in bytes
 */
public record CallDigest(String sha256, long length) {
    public static CallDigest of(ToolCall call) {
        return ofParts(parts(call));
    }

    /** Of what a call returned: for each result and type, the type and the bytes. */
    public static CallDigest of(List<MimeBundle> results) {
        List<byte[]> parts = new ArrayList<>();
        for (MimeBundle result : results) {
            result.data().forEach((type, data) -> parts.addAll(List.of(utf8(type), data.toByteArray())));
        }
        return ofParts(parts);
    }

    private static CallDigest ofParts(List<byte[]> parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (byte[] part : parts) {
                out.writeInt(part.length);
                out.write(part);
            }
        } catch (IOException memoryDoesNotFail) {
            throw new UncheckedIOException(memoryDoesNotFail);
        }
        return new CallDigest(sha256(bytes.toByteArray()), bytes.size());
    }

    private static List<byte[]> parts(ToolCall call) {
        return switch (call) {
            case ToolCall.Python python -> program("python", python.code(), python.arguments());
            case ToolCall.Node node -> program("node", node.code(), node.arguments());
            case ToolCall.Shell shell ->
                switch (shell.command()) {
                    case ShellCommand.Line line -> program("line", line.text(), List.of());
                    case ShellCommand.Program program -> program("program", "", program.arguments());
                };
            case ToolCall.Files files ->
                switch (files.operation()) {
                    case FilesOperation.Read read ->
                        paths("read", read.path().bytes().toByteArray());
                    case FilesOperation.Write write ->
                        paths("write", write.path().bytes().toByteArray(), write.content());
                    case FilesOperation.ListDirectory list ->
                        paths("list", list.path().bytes().toByteArray());
                    case FilesOperation.Move move ->
                        paths(
                                "move",
                                move.source().bytes().toByteArray(),
                                move.target().bytes().toByteArray());
                    case FilesOperation.Remove remove ->
                        paths(
                                remove.recursive() ? "remove all" : "remove",
                                remove.path().bytes().toByteArray());
                    case FilesOperation.MakeDirectory make ->
                        paths("make directory", make.path().bytes().toByteArray());
                };
        };
    }

    private static List<byte[]> program(String kind, String code, List<String> arguments) {
        List<byte[]> parts = new ArrayList<>(List.of(utf8(kind), utf8(code)));
        arguments.forEach(argument -> parts.add(utf8(argument)));
        return parts;
    }

    private static List<byte[]> paths(String kind, byte[]... rest) {
        List<byte[]> parts = new ArrayList<>(List.of(utf8(kind)));
        parts.addAll(List.of(rest));
        return parts;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }
}
