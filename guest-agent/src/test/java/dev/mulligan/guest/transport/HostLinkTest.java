package dev.mulligan.guest.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens between a knock and its echo, on a port that is written by hand. */
@Timeout(60)
final class HostLinkTest {
    private static final Instant TIME = Instant.parse("2026-11-25T12:00:00.123456789Z");
    private static final String ENTROPY = "ab".repeat(32);

    private final ScriptedPort port = new ScriptedPort();
    private final List<String> heard = new ArrayList<>();
    private final List<String> writtenWhenHeard = new ArrayList<>();
    private boolean clockIsFixed;
    private final HostLink link = new HostLink(port, this::hear);

    private void hear(Instant time, byte[] entropy) throws IOException {
        writtenWhenHeard.add(port.all.toString());
        heard.add(time + " " + HexFormat.of().formatHex(entropy));
        if (clockIsFixed) {
            throw new IOException("operation not permitted");
        }
    }

    @Test
    void clockAndRandomnessAreSetBeforeTheEcho() throws Exception {
        String knock = knock("11");
        port.say(knock);
        port.say("PRI");
        assertThat(link.awaitConnection()).isPositive();
        assertThat(heard).containsExactly(TIME + " " + ENTROPY);
        assertThat(writtenWhenHeard).containsExactly("");
        assertThat(port.written()).isEqualTo(knock);
    }

    @Test
    void ofSeveralKnocksThatWaitedTheNewestIsAnswered() throws Exception {
        port.say(knock("11") + knock("22") + knock("33").substring(0, 60));
        port.say(knock("33").substring(60));
        port.say("PRI");
        assertThat(link.awaitConnection()).isPositive();
        assertThat(port.written()).isEqualTo(knock("22") + knock("33"));
        assertThat(writtenWhenHeard).containsExactly("", knock("22"));
    }

    @Test
    void aBareKnockLeavesTheClockAlone() throws Exception {
        String bare = new String(HostSocketFactory.preamble(), ISO_8859_1);
        port.say(bare);
        port.say("PRI");
        assertThat(link.awaitConnection()).isPositive();
        assertThat(heard).isEmpty();
        assertThat(port.written()).isEqualTo(bare);
    }

    @Test
    void theEchoSaysIfItCouldNotBeDone() throws Exception {
        clockIsFixed = true;
        port.say(knock("11"));
        port.say("PRI");
        assertThat(link.awaitConnection()).isPositive();
        assertThat(port.written()).isEqualTo("MULLIGAN-2 " + "11".repeat(16) + "0".repeat(80) + "\n");
    }

    @Test
    void aNewHostIsAnsweredBeforeTheOldConnectionHearsOfItsEnd() throws Exception {
        port.say(knock("11"));
        port.say("PRI");
        long old = link.awaitConnection();
        assertThat(port.written()).isEqualTo(knock("11"));
        byte[] frame = new byte[400];
        assertThat(link.read(old, frame, 0, frame.length)).isEqualTo(3);
        port.say(knock("22") + knock("33"));
        assertThat(link.read(old, frame, 0, frame.length)).isEqualTo(-1);
        assertThat(port.written()).isEqualTo(knock("33"));
        port.say("PRI");
        assertThat(link.awaitConnection()).isGreaterThan(old);
    }

    @Test
    void whatAConnectionWroteLastGoesOutBeforeItEnds() throws Exception {
        port.say(knock("11"));
        port.say("PRI");
        PortSocket socket = new PortSocket(link, link.awaitConnection());
        String _ = port.written();
        OutputStream output = socket.getOutputStream();
        output.write("bye".getBytes(ISO_8859_1));
        output.close();
        assertThat(port.written()).isEqualTo("bye");
        assertThat(socket.isClosed()).isTrue();
        // Nothing is left, so nothing fails.
        output.flush();
        assertThat(port.written()).isEmpty();
    }

    private static String knock(String nonce) {
        long nanos = TIME.getEpochSecond() * 1_000_000_000 + TIME.getNano();
        return "MULLIGAN-2 " + nonce.repeat(16) + HexFormat.of().toHexDigits(nanos) + ENTROPY + "\n";
    }

    /** Each text is what one read returns. */
    private static final class ScriptedPort implements Port {
        private final Queue<String> said = new ConcurrentLinkedQueue<>();
        private final StringBuilder written = new StringBuilder();
        private final StringBuilder all = new StringBuilder();

        void say(String text) {
            said.add(text);
        }

        /** Since the last look. */
        String written() {
            String now = written.toString();
            written.setLength(0);
            return now;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            String next = said.poll();
            if (next == null) {
                return 0;
            }
            byte[] bytes = next.getBytes(ISO_8859_1);
            System.arraycopy(bytes, 0, target, offset, bytes.length);
            return bytes.length;
        }

        @Override
        public void write(ByteBuffer source) {
            String text = ISO_8859_1.decode(source).toString();
            written.append(text);
            all.append(text);
        }

        @Override
        public void close() {}
    }
}
