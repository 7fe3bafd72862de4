package dev.mulligan.vm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Speaks with a {@link TinyGuest}: a line with a number there, a line with the same number back. A question that is
 * not answered is asked again, since the guest may still be booting.
 */
final class TinyGuestVoice implements VmManagerContract.GuestVoice {
    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String ABSENT = "no-such-disk";
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private final Path port;

    TinyGuestVoice(Path port) {
        this.port = port;
    }

    @Override
    public void remember(String text) {
        ask("remember " + word(text));
    }

    @Override
    public String recall() {
        return sentence(ask("recall"));
    }

    @Override
    public void writeDisk(String text) {
        ask("write " + word(text));
    }

    @Override
    public String readDisk() {
        return sentence(ask("read"));
    }

    @Override
    public String readAttached(String serial) {
        // A disk that was just plugged in takes the guest a moment to notice.
        Await.until(
                "disk " + serial + " seen by the guest",
                () -> !ask("read " + serial).equals(ABSENT));
        return sentence(ask("read " + serial));
    }

    @Override
    public void writeAttached(String serial, String text) {
        ask("write " + word(text) + " " + serial);
    }

    /** Begins to write so much to the disk, behind its first mebibyte. Does not wait for the end. */
    void fill(int mebibytes) {
        ask("fill " + mebibytes);
    }

    /** Begins to read from the disk again what {@link #fill} wrote. Does not wait for the end. */
    void check(int mebibytes) {
        ask("check " + mebibytes);
    }

    /**
     * How many bytes of what {@link #fill} wrote were read back as others, at its end or by the last {@link #check}; empty
     * until that is done. It is a number in the guest's memory: it goes back with it.
     */
    String missing() {
        return ask("missing");
    }

    /** Takes in the memory that is plugged in. */
    void takeMemoryIn() {
        ask("online");
    }

    /** How much memory the guest sees. */
    DataSize memory() {
        return DataSize.parse(ask("total") + "Ki");
    }

    /** Uses so much memory for a file of one letter; returns the digest of what is in it then. */
    String use(int mebibytes, char letter) {
        ask("burst " + mebibytes + " " + letter);
        return digest();
    }

    /** Of what is in that file now. */
    String used() {
        ask("sum");
        return digest();
    }

    private String digest() {
        Await.until("all written and read", () -> !ask("summed").isEmpty());
        return ask("summed");
    }

    /** Removes that file. */
    void free() {
        ask("free");
    }

    @Override
    public void throwDiskOut() {
        ask("eject");
    }

    @Override
    public void powerOff() {
        recall();
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(port))) {
            channel.write(UTF_8.encode("last poweroff\n"));
            ByteBuffer buffer = ByteBuffer.allocate(64);
            while (channel.read(buffer.clear()) >= 0) {
                // Stay until the process is gone, or the port forgets what the guest has not read yet.
            }
        } catch (IOException reset) {
            // The process is gone, which was the wish.
        }
    }

    private static String word(String text) {
        return text.replace(' ', '_');
    }

    private static String sentence(String word) {
        return word.replace('_', ' ');
    }

    private String ask(String question) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (System.nanoTime() < end) {
            // A number of its own each time: an answer that comes late answers nothing.
            String number = "q" + NUMBERS.incrementAndGet();
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(port))) {
                channel.configureBlocking(false);
                channel.write(UTF_8.encode(number + " " + question + "\n"));
                String answer = answer(channel, number);
                if (answer != null) {
                    return answer;
                }
            } catch (IOException e) {
                throw new AssertionError("port " + port, e);
            }
        }
        throw new AssertionError("the guest did not answer within " + DEADLINE.toSeconds() + " s: " + question);
    }

    private static @Nullable String answer(SocketChannel channel, String number) throws IOException {
        var received = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            int count = channel.read(buffer.clear());
            if (count > 0) {
                received.append(UTF_8.decode(buffer.flip()));
                int start = received.indexOf(number + " ");
                int line = start < 0 ? -1 : received.indexOf("\n", start);
                if (line > 0) {
                    return received.substring(start + number.length() + 1, line);
                }
            }
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        }
        return null;
    }
}
