package dev.mulligan.host.tool;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.Guest.GuestFiles;
import dev.mulligan.host.guest.Guest.OutputListener;
import dev.mulligan.host.guest.Guest.WriteOptions;
import dev.mulligan.host.guest.GuestFile;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Carries out one operation on files. */
final class FilesTool {
    private final JsonMapper mapper = new JsonMapper();

    ToolResult run(ToolCall.Files call, Workplace place) {
        GuestFiles files = place.guest().files();
        String user = Programs.user(call.root());
        try {
            switch (call.operation()) {
                case FilesOperation.Read read -> files.read(read.path(), user, new Printed(place.output()));
                case FilesOperation.Write write ->
                    files.write(
                            write.path(), user, new WriteOptions(0, true), new ByteArrayInputStream(write.content()));
                case FilesOperation.ListDirectory list -> {
                    if (files.list(list.path(), user, file -> place.output().stdout(line(file)))) {
                        return ToolResult.error("the directory has more entries than are listed");
                    }
                }
                case FilesOperation.Move move -> files.move(move.source(), move.target(), user, true);
                case FilesOperation.Remove remove -> files.remove(remove.path(), user, remove.recursive());
                case FilesOperation.MakeDirectory make -> files.makeDirectory(make.path(), user);
            }
            return ToolResult.OK;
        } catch (HostException failure) {
            return switch (failure.code().kind()) {
                // What the guest's file system answers is the call's result…
                case INVALID, NOT_FOUND, EXISTS, DENIED, PRECONDITION, EXHAUSTED ->
                    ToolResult.error(failure.getMessage());
                // … that it does not answer is not.
                case UNAUTHENTICATED, ABORTED, CANCELLED, DEADLINE, UNAVAILABLE, INTERNAL -> throw failure;
            };
        }
    }

    private byte[] line(GuestFile file) {
        ObjectNode json = mapper.createObjectNode()
                .put("path", file.path().toString())
                .put("type", file.type().name().toLowerCase(Locale.ROOT))
                .put("size", file.size())
                .put("mode", Integer.toOctalString(file.mode()))
                .put("uid", file.uid())
                .put("gid", file.gid())
                .put("modified", file.modified().toString());
        if (!file.linkTarget().isEmpty()) {
            json.put("link_target", file.linkTarget());
        }
        return (json + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** A file's content as output. */
    private static final class Printed extends OutputStream {
        private static final int LARGEST = 1 << 16;

        private final OutputListener output;

        Printed(OutputListener output) {
            this.output = output;
        }

        @Override
        public void write(int single) {
            output.stdout(new byte[] {(byte) single});
        }

        @Override
        public void write(byte[] data, int offset, int length) {
            for (int from = offset; from < offset + length; from += LARGEST) {
                output.stdout(Arrays.copyOfRange(data, from, Math.min(from + LARGEST, offset + length)));
            }
        }
    }
}
