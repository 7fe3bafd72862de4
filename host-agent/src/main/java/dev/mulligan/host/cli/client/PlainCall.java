package dev.mulligan.host.cli.client;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One question with a short answer, asked over a unix socket by as much of HTTP/2 (RFC 9113) and of gRPC as that takes:
 * one write, and frames read until the stream ends. It exists because a gRPC channel takes several times as long to be
 * set up as the whole of Java; whoever asks more than once, or wants to know what went wrong, opens one.
 *
 * <p>Only for questions that change nothing: where anything but a plain answer comes there is none here, and the same is
 * asked again over a channel, which says why.
 */
final class PlainCall {
    private static final byte[] PREFACE = ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    /** No table of former headers (SETTINGS_HEADER_TABLE_SIZE = 0): each one stands where it is sent. */
    private static final byte[] SETTINGS = {0, 1, 0, 0, 0, 0};

    /** {@code :method: POST} and {@code :scheme: http}, by their numbers in HPACK's static table (RFC 7541). */
    private static final byte[] POST_HTTP = {(byte) 0x83, (byte) 0x86};

    /** How {@code grpc-status: 0} stands among the trailers: literally, each part behind its length. */
    private static final String SUCCESS = "\u000bgrpc-status\u00010";

    private static final int FRAME_HEAD = 9;
    private static final int STREAM = 1;
    private static final int LONGEST_LITERAL = 126;
    /** Less than may be sent to us before we grant more (65,535): a longer one is seen, and not waited for. */
    private static final int LARGEST_ANSWER = 48 << 10;

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS_FRAME = 4;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int PADDED_OR_WITH_PRIORITY = 0x28;

    private final SocketChannel socket;

    private PlainCall(SocketChannel socket) {
        this.socket = socket;
    }

    /**
     * Asks and waits.
     *
     * @param method the service's full name, a slash, the method's name
     * @param request the message, serialised
     * @param answer completed with the answer, serialised; empty if none came or it is not this simple. That is before the
     *     connection is closed, which nobody needs to wait for
     */
    static void ask(
            Path socket, String method, byte[] request, Duration deadline, CompletableFuture<Optional<byte[]>> answer) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            PlainCall call = new PlainCall(channel);
            call.send(method, request, deadline);
            answer.complete(call.receive());
        } catch (IOException unanswered) {
            // Said by being empty.
        } finally {
            answer.complete(Optional.empty()); // unless it has been completed
        }
    }

    private void send(String method, byte[] request, Duration deadline) throws IOException {
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        headers.writeBytes(POST_HTTP);
        literal(headers, ":path", "/" + method);
        literal(headers, ":authority", "localhost");
        literal(headers, "te", "trailers");
        literal(headers, "content-type", "application/grpc");
        literal(headers, "grpc-timeout", deadline.toMillis() + "m");

        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.write(0); // not compressed
        message.writeBytes(
                ByteBuffer.allocate(Integer.BYTES).putInt(request.length).array());
        message.writeBytes(request);

        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(PREFACE);
        frame(all, SETTINGS_FRAME, 0, 0, SETTINGS);
        frame(all, HEADERS, END_HEADERS, STREAM, headers.toByteArray());
        frame(all, DATA, END_STREAM, STREAM, message.toByteArray());
        ByteBuffer bytes = ByteBuffer.wrap(all.toByteArray());
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
    }

    private Optional<byte[]> receive() throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        while (true) {
            ByteBuffer head = read(FRAME_HEAD);
            int lengthAndType = head.getInt();
            int flags = head.get();
            int stream = head.getInt();
            int length = lengthAndType >>> Byte.SIZE;
            int type = lengthAndType & 0xff;
            if (length + data.size() > LARGEST_ANSWER) {
                return Optional.empty();
            }
            byte[] payload = read(length).array();
            if (stream != STREAM) {
                continue; // the connection's own affairs, which end with it
            }
            if ((flags & PADDED_OR_WITH_PRIORITY) != 0 || (type != DATA && type != HEADERS)) {
                return Optional.empty();
            }
            if (type == DATA) {
                data.writeBytes(payload);
            }
            if ((flags & END_STREAM) != 0) {
                boolean success = type == HEADERS
                        && (flags & END_HEADERS) != 0
                        && new String(payload, StandardCharsets.ISO_8859_1).contains(SUCCESS);
                return success ? message(data.toByteArray()) : Optional.empty();
            }
        }
    }

    /** So many bytes. */
    private ByteBuffer read(int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (socket.read(bytes) < 0) {
                throw new EOFException("the connection ended");
            }
        }
        return bytes.flip();
    }

    /** What is behind the five bytes that say how long it is, if it is one message and not compressed. */
    private static Optional<byte[]> message(byte[] data) {
        int head = 1 + Integer.BYTES;
        if (data.length < head
                || data[0] != 0
                || ByteBuffer.wrap(data, 1, Integer.BYTES).getInt() != data.length - head) {
            return Optional.empty();
        }
        byte[] message = new byte[data.length - head];
        System.arraycopy(data, head, message, 0, message.length);
        return Optional.of(message);
    }

    private static void frame(ByteArrayOutputStream to, int type, int flags, int stream, byte[] payload) {
        to.writeBytes(ByteBuffer.allocate(FRAME_HEAD)
                .putInt(payload.length << Byte.SIZE | type)
                .put((byte) flags)
                .putInt(stream)
                .array());
        to.writeBytes(payload);
    }

    /** A header that is in no table. */
    private static void literal(ByteArrayOutputStream to, String name, String value) {
        to.write(0);
        for (byte[] text : new byte[][] {ascii(name), ascii(value)}) {
            if (text.length > LONGEST_LITERAL) {
                throw new IllegalArgumentException(
                        "header of " + text.length + " bytes (expected: at most " + LONGEST_LITERAL + "): " + name);
            }
            to.write(text.length);
            to.writeBytes(text);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
