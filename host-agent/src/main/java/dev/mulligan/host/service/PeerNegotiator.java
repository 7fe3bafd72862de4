package dev.mulligan.host.service;

import io.grpc.Attributes;
import io.grpc.ChannelLogger;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiationEvent;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.ProtocolNegotiationEvent;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.util.AsciiString;
import java.io.IOException;

/**
 * Plain HTTP/2 on a unix socket, with the user on the other side ({@code SO_PEERCRED}, unix(7)) as an attribute of the
 * connection.
 *
 * <p>gRPC's own hook for this is internal API, and there is no other way from a call to its socket; so it is used here,
 * and here only.
 */
final class PeerNegotiator implements InternalProtocolNegotiator.ProtocolNegotiator {
    static final Attributes.Key<Integer> PEER_UID = Attributes.Key.create("peer-uid");

    private final InternalProtocolNegotiator.ProtocolNegotiator plain = InternalProtocolNegotiators.serverPlaintext();

    @Override
    public AsciiString scheme() {
        return plain.scheme();
    }

    @Override
    public ChannelHandler newHandler(GrpcHttp2ConnectionHandler connection) {
        ChannelLogger logger = connection.getNegotiationLogger();
        return InternalProtocolNegotiators.waitUntilActiveHandler(
                new PeerHandler(InternalProtocolNegotiators.grpcNegotiationHandler(connection)), logger);
    }

    @Override
    public void close() {
        plain.close();
    }

    /** Adds the attribute to the event that comes by, and gives way to the next handler. */
    private static final class PeerHandler extends ChannelInboundHandlerAdapter {
        private final ChannelHandler next;

        PeerHandler(ChannelHandler next) {
            this.next = next;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws IOException {
            if (!(event instanceof ProtocolNegotiationEvent negotiation)) {
                context.fireUserEventTriggered(event);
                return;
            }
            Attributes attributes = InternalProtocolNegotiationEvent.getAttributes(negotiation).toBuilder()
                    .set(PEER_UID, uid(context))
                    .build();
            context.pipeline().replace(this, null, next);
            context.fireUserEventTriggered(InternalProtocolNegotiationEvent.withAttributes(negotiation, attributes));
        }

        private static int uid(ChannelHandlerContext context) throws IOException {
            return ((EpollDomainSocketChannel) context.channel())
                    .peerCredentials()
                    .uid();
        }
    }
}
