package dev.mulligan.host.guest;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.UpperContent.Receiver;
import dev.mulligan.proto.guest.v1.ContentPiece;
import dev.mulligan.proto.guest.v1.ReadChangesResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The contents of several files as the pieces of one ReadChanges: bounded, in order, each with an end. How long a file is
 * bounds whoever takes it.
 */
final class ContentPieces {
    private static final int MAXIMUM_AT_A_TIME = 256;

    private final Answers<ReadChangesResponse> answers;
    private final GuestCall call;
    private Iterator<ContentPiece> message = Collections.emptyIterator();
    /** Come, and not taken yet. */
    private @Nullable ContentPiece ahead;

    ContentPieces(Answers<ReadChangesResponse> answers, GuestCall call) {
        this.answers = answers;
        this.call = call;
    }

    /** @param paths those that were asked for, in that order */
    void handOver(List<RelativePath> paths, Receiver receiver) throws IOException {
        for (int file = 0; file < paths.size(); file++) {
            RelativePath path = paths.get(file);
            ContentPiece first = look();
            if (first == null) {
                throw GuestErrors.misbehaved(call, "no content of " + path);
            }
            require(first.getFile() == file, "content of file " + first.getFile() + " in the place of " + file);
            ahead = null;
            Content content = new Content(first);
            receiver.take(path, content);
            if (!content.ended) {
                throw new IllegalStateException("content of " + path + " (expected: read to its end)");
            }
        }
        require(look() == null, "more content than was asked for");
    }

    private @Nullable ContentPiece look() {
        if (ahead == null && !message.hasNext()) {
            answers.next().ifPresent(answer -> {
                requireBounded(answer);
                message = answer.getPiecesList().iterator();
            });
        }
        if (ahead == null && message.hasNext()) {
            ahead = message.next();
        }
        return ahead;
    }

    private void requireBounded(ReadChangesResponse answer) {
        int pieces = answer.getPiecesCount();
        require(pieces > 0 && pieces <= MAXIMUM_AT_A_TIME, pieces + " pieces in one message");
        long bytes = answer.getPiecesList().stream()
                .mapToLong(piece -> piece.getData().size())
                .sum();
        require(bytes <= StreamAnswers.MAXIMUM_CHUNK, bytes + " bytes in one message");
    }

    private void require(boolean kept, String broken) {
        GuestValues.require(kept, broken, call);
    }

    /** The pieces of one file, until one of another file comes. */
    private final class Content extends InputStream {
        private final int file;
        private final boolean empty;
        private InputStream piece;
        private boolean ended;

        private Content(ContentPiece first) {
            this.file = first.getFile();
            this.empty = first.getData().isEmpty();
            this.piece = first.getData().newInput();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int count = piece.read(target, offset, length);
            if (count < 0 && !ended) {
                ContentPiece next = look();
                if (next == null || next.getFile() != file) {
                    ended = true;
                } else {
                    ByteString data = next.getData();
                    require(!empty && !data.isEmpty(), "a piece without content in the middle of a file");
                    ahead = null;
                    piece = data.newInput();
                    count = piece.read(target, offset, length);
                }
            }
            return count;
        }
    }
}
