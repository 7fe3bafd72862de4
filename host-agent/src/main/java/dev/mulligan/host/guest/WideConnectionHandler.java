package dev.mulligan.host.guest;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;

/**
 * Widens the window of the connection beyond that of a stream. gRPC's Netty transport makes both the same, so a
 * single program whose output nobody takes would hold the whole window, and with it every other call to the guest.
 *
 * <p>Source: RFC 9113, 5.2.1: windows are kept per stream and for the whole connection.
 */
final class WideConnectionHandler extends ChannelInboundHandlerAdapter {
    /** A stream's window, in bytes. */
    static final int STREAM_WINDOW = 256 << 10;

    /** How many streams may stand still before the connection does. */
    static final int STREAMS = 64;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Http2Exception {
        Http2ConnectionHandler http = context.pipeline().get(Http2ConnectionHandler.class);
        if (http != null) {
            Http2Connection connection = http.connection();
            http.decoder()
                    .flowController()
                    .incrementWindowSize(connection.connectionStream(), (STREAMS - 1) * STREAM_WINDOW);
            context.pipeline().remove(this);
        }
        context.fireChannelRead(message);
    }
}
