package dev.mulligan.host.guest;

import com.google.protobuf.ByteString;
import io.grpc.Context.CancellableContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.function.Function;

/** The data of many answers, one behind the other. Not safe for use by several threads. */
final class AnswerStream<R> extends InputStream {
    private final Iterator<R> answers;
    private final Function<R, ByteString> data;
    private final GuestCall call;
    private final GuestErrors errors;
    private final OpenStreams streams;
    private final OpenStreams.Ticket ticket;
    private final CancellableContext context;
    private InputStream piece = InputStream.nullInputStream();

    /** @param context cancels the call; both it and the ticket end with this */
    AnswerStream(
            Iterator<R> answers,
            Function<R, ByteString> data,
            GuestCall call,
            GuestErrors errors,
            OpenStreams streams,
            OpenStreams.Ticket ticket,
            CancellableContext context) {
        this.answers = answers;
        this.data = data;
        this.call = call;
        this.errors = errors;
        this.streams = streams;
        this.ticket = ticket;
        this.context = context;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        try {
            int count = piece.read(target, offset, length);
            while (count < 0 && answers.hasNext()) {
                ByteString bytes = data.apply(answers.next());
                streams.sign();
                int size = bytes.size();
                GuestValues.require(
                        size > 0 && size <= StreamAnswers.MAXIMUM_CHUNK, size + " bytes in one message", call);
                piece = bytes.newInput();
                count = piece.read(target, offset, length);
            }
            return count;
        } catch (IOException | RuntimeException problem) {
            throw errors.translate(problem, call);
        }
    }

    @Override
    public void close() {
        context.cancel(null);
        ticket.close();
    }
}
