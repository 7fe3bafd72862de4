package dev.mulligan.host.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Against Netty's own HTTP/2, byte by byte. */
final class WideConnectionHandlerTest {
    private static final String SETTINGS = "000000" + "04" + "00" + "00000000";
    private static final String LARGER_FRAMES = "000006" + "04" + "00" + "00000000" + "0005" + "00020000";
    private static final int HEADER = 9;
    private static final int CONTENT = 16 << 10;

    private final Http2ConnectionHandler http = new Http2ConnectionHandlerBuilder()
            .server(false)
            .frameListener(new Http2FrameAdapter())
            .build();
    private final EmbeddedChannel channel = new EmbeddedChannel(new WideConnectionHandler(), http);

    @Test
    void theConnectionIsWiderThanAStreamFromTheFirstByteOn() {
        List<String> _ = written();
        receive(HexFormat.of().parseHex(SETTINGS));
        int wider = (WideConnectionHandler.STREAMS - 1) * WideConnectionHandler.STREAM_WINDOW;
        assertThat(http.connection()
                        .local()
                        .flowController()
                        .windowSize(http.connection().connectionStream()))
                .isGreaterThan(wider);
        assertThat(written())
                .contains("000004" + "08" + "00" + "00000000" + "%08x".formatted(wider))
                .doesNotContain(LARGER_FRAMES);
    }

    @Test
    void largerFramesAreAllowedOnceMuchHasCome() {
        receive(HexFormat.of().parseHex(SETTINGS));
        List<String> _ = written();
        for (long received = CONTENT; received < WideConnectionHandler.MUCH; received += CONTENT) {
            receive(ignored());
        }
        assertThat(written()).doesNotContain(LARGER_FRAMES);
        receive(ignored());
        assertThat(written()).containsOnlyOnce(LARGER_FRAMES);
        receive(ignored());
        assertThat(written()).isEmpty();
    }

    /** A frame of a type that nobody knows (RFC 9113, 5.5). */
    private static byte[] ignored() {
        byte[] frame = new byte[HEADER + CONTENT];
        frame[1] = (byte) (CONTENT >> 8);
        frame[3] = (byte) 0xfa;
        return frame;
    }

    private void receive(byte[] bytes) {
        boolean _ = channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    }

    /** The frames that were sent since the last look, as hexadecimal digits. */
    private List<String> written() {
        List<String> frames = new ArrayList<>();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            byte[] bytes = new byte[next.readableBytes()];
            next.readBytes(bytes);
            next.release();
            frames.add(HexFormat.of().formatHex(bytes));
        }
        return frames;
    }
}
