package dev.mulligan.host.guest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.SettableClock;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The handshake byte by byte, against a peer that is written by hand, on a clock that is set by hand. */
final class PreambleHandlerTest {
    private final ActiveCounter above = new ActiveCounter();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final CompletableFuture<FirstAnswer> answer = new CompletableFuture<>();
    private final SettableClock clock = new SettableClock(Instant.ofEpochSecond(1_700_000_000, 5));
    private ChannelFuture connected = channel.newSucceededFuture();

    @BeforeEach
    void connect() {
        channel.freezeTime();
        channel.pipeline()
                .addLast(new PreambleHandler(new Random(7), clock, Duration.ofSeconds(10), answer))
                .addLast(above);
        connected = channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
        channel.runPendingTasks();
    }

    @AfterEach
    void release() {
        channel.finishAndReleaseAll();
    }

    @Test
    void sendsAPreambleOfTheAgreedForm() {
        // The middle is 1,700,000,000 s and 5 ns.
        assertThat(sent()).matches("MULLIGAN-2 [0-9a-f]{32}17979cfe362a0005[0-9a-f]{64}\n");
        assertThat(connected.isDone()).isFalse();
        assertThat(above.active).isZero();
    }

    @Test
    void echoConnects() {
        say(sent());
        assertConnected();
        assertThat(channel.<ByteBuf>readInbound()).isNull();
    }

    @Test
    void anEchoInTimeSaysThatClockAndRandomnessAreSet() {
        clock.pass(Duration.ofMillis(500));
        say(sent());
        assertThat(answer).isCompletedWithValue(FirstAnswer.RESYNCHRONISED);
    }

    @Test
    void aLateEchoMeansThatTheClockIsBehind() {
        String preamble = sent();
        clock.pass(Duration.ofMillis(501));
        say(preamble);
        assertConnected();
        assertThat(answer).isCompletedWithValue(FirstAnswer.TO_RESYNCHRONISE);
    }

    @Test
    void aBareEchoMeansThatNothingWasSet() {
        say(sent().substring(0, 43) + "0".repeat(80) + "\n");
        assertConnected();
        assertThat(answer).isCompletedWithValue(FirstAnswer.TO_RESYNCHRONISE);
    }

    @Test
    void anEchoWithAnotherTimeIsNone() {
        say(sent().substring(0, 43) + "0".repeat(79) + "1\n");
        assertThat(connected.isDone()).isFalse();
        assertThat(answer).isNotDone();
    }

    @Test
    void garbageBeforeTheEchoIsDiscardedAndWhatFollowsIsKept() {
        say("half a mess\nage MULLIGAN-2 " + "0".repeat(111) + "\n MULLIGAN-2 \0\n" + sent() + "PRI * HTTP/2.0");
        assertConnected();
        ByteBuf rest = channel.readInbound();
        assertThat(rest.toString(US_ASCII)).isEqualTo("PRI * HTTP/2.0");
        rest.release();
    }

    @Test
    void echoInSingleBytes() {
        for (char one : sent().toCharArray()) {
            assertThat(connected.isDone()).isFalse();
            say(String.valueOf(one));
        }
        assertConnected();
    }

    @Test
    void resendsWithAFreshNonceAndTakesOnlyTheNewest() {
        String first = sent();
        pass(Duration.ofMillis(250));
        String second = sent();
        assertThat(second).hasSize(Preamble.LENGTH).isNotEqualTo(first);

        say(first);
        assertThat(connected.isDone()).isFalse();
        say(second);
        assertConnected();
    }

    @Test
    void knocksAgainSoonAndThenMoreSlowly() {
        sent();
        List<Long> pauses = new ArrayList<>();
        long last = 0;
        for (long millis = 1; millis <= 1_000; millis++) {
            pass(Duration.ofMillis(1));
            if (!sent().isEmpty()) {
                pauses.add(millis - last);
                last = millis;
            }
        }
        assertThat(pauses).containsExactly(200L, 400L, 400L);
    }

    @Test
    void waitsForAGuestThatIsSlowerThanTheResending() {
        String first = sent();
        pass(Duration.ofMillis(250));
        String second = sent();
        say(first);
        // Another nonce now would make the second one old, too, and so on for ever.
        pass(Duration.ofMillis(1900));
        assertThat(sent()).isEmpty();
        say(second);
        assertConnected();
    }

    @Test
    void echoOfAnotherConnectionIsGarbage() {
        sent();
        say("MULLIGAN-2 " + "ab".repeat(56) + "\n");
        assertThat(connected.isDone()).isFalse();
    }

    @Test
    void silenceEndsAtTheDeadline() {
        pass(Duration.ofSeconds(9));
        assertThat(connected.isDone()).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(connected.cause()).isInstanceOf(SocketTimeoutException.class);
        assertThat(answer).isCompletedExceptionally();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void endlessGarbageIsBounded() {
        ByteBuf megabyte = Unpooled.wrappedBuffer(new byte[1 << 20]);
        int said = 0;
        while (channel.isOpen() && said < 100) {
            channel.writeInbound(megabyte.retainedDuplicate());
            said++;
        }
        megabyte.release();
        assertThat(said).isEqualTo(PreambleHandler.MAXIMUM_GARBAGE / (1 << 20) + 1);
        assertThat(connected.cause()).isInstanceOf(IOException.class).hasMessageContaining("no echo");
    }

    @Test
    void aPeerThatClosesFailsTheConnect() {
        ChannelFuture _ = channel.close();
        channel.runPendingTasks();
        assertThat(connected.cause()).isInstanceOf(IOException.class).hasMessageContaining("closed");
        assertThat(above.active).isZero();
    }

    @Test
    void nothingIsSentAfterTheEcho() {
        say(sent());
        pass(Duration.ofSeconds(30));
        assertThat(sent()).isEmpty();
        assertThat(channel.isOpen()).isTrue();
    }

    private void assertConnected() {
        assertThat(connected.isSuccess()).isTrue();
        assertThat(above.active).isEqualTo(1);
    }

    private void say(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    private void pass(Duration time) {
        channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    /** What was sent last; empty if nothing was since the last look. */
    private String sent() {
        String newest = "";
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            newest = out.toString(US_ASCII);
            out.release();
        }
        return newest;
    }

    private static final class ActiveCounter extends ChannelInboundHandlerAdapter {
        private int active;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            active++;
            context.fireChannelActive();
        }
    }
}
