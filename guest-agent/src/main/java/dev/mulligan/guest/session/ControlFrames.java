package dev.mulligan.guest.session;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What is written to a driver. A frame is a kind (1 byte), a length (4 bytes, big-endian as all numbers) and that much
 * payload; a text in it is its length and its UTF-8.
 *
 * <pre>
 * 'E' evaluate: call, resynchronised (0 or 1), arguments, variables, code, name of the code, the arguments, and of each
 *               variable its name and value
 * 'P' prepare:  call, modules, their names
 * 'R' reply:    call, status (1 byte: done, exception, interrupted, exit), exit code, name, message and traceback of the
 *               exception, results, and of each result how many representations it has, and their MIME types and bytes
 * </pre>
 *
 * <p>The driver itself is sent first: a length and its source. One request is under way at a time, and its reply bears
 * its number.
 */
final class ControlFrames {
    private static final int HEADER = 5;

    private ControlFrames() {}

    static byte[] driver(byte[] source) {
        return written(out -> {
            out.writeInt(source.length);
            out.write(source);
        });
    }

    static byte[] evaluate(int call, boolean resynchronised, String name, EvaluateSpec spec) {
        return frame('E', out -> {
            out.writeInt(call);
            out.writeInt(resynchronised ? 1 : 0);
            out.writeInt(spec.arguments().size());
            out.writeInt(spec.environment().size());
            text(out, spec.code());
            text(out, name);
            for (String argument : spec.arguments()) {
                text(out, argument);
            }
            for (var variable : spec.environment().entrySet()) {
                text(out, variable.getKey());
                text(out, variable.getValue());
            }
        });
    }

    static byte[] prepare(int call, List<String> modules) {
        return frame('P', out -> {
            out.writeInt(call);
            out.writeInt(modules.size());
            for (String module : modules) {
                text(out, module);
            }
        });
    }

    private interface Payload {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] frame(char kind, Payload payload) {
        byte[] frame = written(out -> {
            out.writeByte(kind);
            out.writeInt(0);
            payload.write(out);
        });
        int length = frame.length - HEADER;
        for (int place = 0; place < Integer.BYTES; place++) {
            frame[1 + place] = (byte) (length >>> (24 - 8 * place));
        }
        return frame;
    }

    private static byte[] written(Payload payload) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            payload.write(new DataOutputStream(bytes));
        } catch (IOException memoryDoesNotFail) {
            throw new UncheckedIOException(memoryDoesNotFail);
        }
        return bytes.toByteArray();
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
