package dev.mulligan.host.guest;

import com.google.protobuf.MessageLite;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A call of a service of the host agent in bytes of HTTP/2, for whoever has no business to make it: what a gRPC client
 * would send.
 *
 * <p>Sources: RFC 9113 (frames), RFC 7541 (headers, here all literal), "gRPC over HTTP2".
 */
public final class ForgedRequest {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    private final String path;
    private final byte[] message;

    /** @param path of the method, such as {@code /mulligan.host.v1.ApprovalService/Decide} */
    public ForgedRequest(String path, MessageLite message) {
        this.path = path;
        this.message = message.toByteArray();
    }

    /** As a client begins: the preface of a connection, then the call. A server that hears it answers. */
    public byte[] asClient() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(onStream(1));
        return bytes.toByteArray();
    }

    /** As whoever is at the other end of a connection already: settings, then the call on this stream. */
    public byte[] onStream(int stream) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(frame(SETTINGS, 0, 0, new byte[0]));
        bytes.writeBytes(frame(HEADERS, END_HEADERS, stream, headers()));
        ByteBuffer data = ByteBuffer.allocate(5 + message.length);
        data.put((byte) 0).putInt(message.length).put(message);
        bytes.writeBytes(frame(DATA, END_STREAM, stream, data.array()));
        return bytes.toByteArray();
    }

    private byte[] headers() {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        header(block, ":method", "POST");
        header(block, ":scheme", "http");
        header(block, ":path", path);
        header(block, ":authority", "localhost");
        header(block, "te", "trailers");
        header(block, "content-type", "application/grpc");
        return block.toByteArray();
    }

    /** Literal, not indexed, not compressed; both are shorter than 127 bytes. */
    private static void header(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        block.write(name.length());
        block.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        block.write(value.length());
        block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
        return frame.array();
    }
}
