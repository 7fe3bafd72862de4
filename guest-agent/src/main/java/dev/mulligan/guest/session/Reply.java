package dev.mulligan.guest.session;

import com.google.protobuf.ByteString;
import dev.mulligan.proto.guest.v1.MimeBundle;
import dev.mulligan.proto.guest.v1.ThrownError;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a driver says of a call: {@link ControlFrames}.
 *
 * @param error empty unless the status says that there is one
 */
record Reply(int call, Status status, int exitCode, ThrownError error, List<MimeBundle> results) {
    private static final int MOST_RESULTS = 1_000;
    private static final int MOST_REPRESENTATIONS = 100;

    Reply {
        results = List.copyOf(results);
    }

    enum Status {
        DONE,
        EXCEPTION,
        INTERRUPTED,
        EXIT
    }

    static Reply parse(ByteBuffer payload) throws GarbledException {
        try {
            int call = payload.getInt();
            int status = payload.get();
            int exitCode = payload.getInt();
            if (status < 0 || status >= Status.values().length || exitCode < 0 || exitCode > 255) {
                throw new GarbledException("status " + status + ", exit code " + exitCode);
            }
            ThrownError error = ThrownError.newBuilder()
                    .setName(text(payload))
                    .setMessage(text(payload))
                    .setTraceback(text(payload))
                    .build();
            int results = number(payload, MOST_RESULTS);
            List<MimeBundle> bundles = new ArrayList<>();
            for (int result = 0; result < results; result++) {
                bundles.add(bundle(payload));
            }
            if (payload.hasRemaining()) {
                throw new GarbledException(payload.remaining() + " bytes too many");
            }
            return new Reply(call, Status.values()[status], exitCode, error, bundles);
        } catch (BufferUnderflowException e) {
            throw new GarbledException("a reply that is cut short");
        }
    }

    private static MimeBundle bundle(ByteBuffer payload) throws GarbledException {
        MimeBundle.Builder bundle = MimeBundle.newBuilder();
        int representations = number(payload, MOST_REPRESENTATIONS);
        for (int place = 0; place < representations; place++) {
            bundle.putData(text(payload), bytes(payload));
        }
        return bundle.build();
    }

    private static int number(ByteBuffer payload, int most) throws GarbledException {
        int number = payload.getInt();
        if (number < 0 || number > most) {
            throw new GarbledException("the number " + number + " where at most " + most + " may be");
        }
        return number;
    }

    private static String text(ByteBuffer payload) throws GarbledException {
        // Not the bytes as they are: protobuf would refuse to send what is no UTF-8.
        return bytes(payload).toString(StandardCharsets.UTF_8);
    }

    private static ByteString bytes(ByteBuffer payload) throws GarbledException {
        return ByteString.copyFrom(payload, number(payload, payload.remaining()));
    }
}
