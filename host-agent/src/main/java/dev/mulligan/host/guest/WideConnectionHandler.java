package dev.mulligan.host.guest;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;

/**
 * What gRPC's Netty transport does not let one choose about a connection to a guest.
 *
 * <p>The window of the connection is wider than that of a stream. gRPC makes both the same, so a single program whose
 * output nobody takes would hold the whole window, and with it every other call to the guest.
 *
 * <p>Once much has come, the guest may send larger frames: each is a change of threads in it. Not before: a clone
 * answers its first call as soon as it can, and would have to acknowledge the setting.
 *
 * <p>Source: RFC 9113, 5.2.1: windows are kept per stream and for the whole connection; 6.5.2: SETTINGS_MAX_FRAME_SIZE.
 */
final class WideConnectionHandler extends ChannelInboundHandlerAdapter {
    /** A stream's window, in bytes. */
    static final int STREAM_WINDOW = 1 << 20;

    /** How many streams may stand still before the connection does. */
    static final int STREAMS = 64;

    /** So many bytes are no short answers any more. */
    static final long MUCH = 256 << 10;

    /** From then on, in bytes. */
    static final int FRAME = 128 << 10;

    private boolean widened;
    private long received;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Http2Exception {
        Http2ConnectionHandler http = context.pipeline().get(Http2ConnectionHandler.class);
        if (http != null) {
            if (!widened) {
                widened = true;
                widen(http);
            }
            if (message instanceof ByteBuf bytes) {
                received += bytes.readableBytes();
            }
            if (received > MUCH) {
                ChannelFuture _ = http.encoder()
                        .writeSettings(
                                context.pipeline().context(http),
                                new Http2Settings().maxFrameSize(FRAME),
                                context.newPromise());
                context.pipeline().remove(this);
            }
        }
        context.fireChannelRead(message);
    }

    private static void widen(Http2ConnectionHandler http) throws Http2Exception {
        Http2Connection connection = http.connection();
        http.decoder()
                .flowController()
                .incrementWindowSize(connection.connectionStream(), (STREAMS - 1) * STREAM_WINDOW);
    }
}
