package dev.mulligan.host.cli.terminal;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.ControlChar;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.NonBlockingReader;

/** Single keys, as they are pressed, without Enter. Closed, the terminal is as before; Ctrl-C works throughout. */
public interface Keys extends AutoCloseable {
    /**
     * The next key; empty: none was pressed in that time. A terminal that is gone presses q.
     *
     * @param atMost at least a millisecond
     */
    Optional<Character> next(Duration atMost) throws IOException;

    /** Does something for which the terminal is as before. */
    <T> T aside(Callable<T> work) throws IOException;

    @Override
    void close() throws IOException;

    /** Takes keys over. */
    interface Opening {
        Keys open() throws IOException;
    }

    /** Of this process's terminal. */
    static Keys ofTerminal() throws IOException {
        Terminal terminal = TerminalBuilder.builder().system(true).dumb(false).build();
        Attributes before = terminal.getAttributes();
        Attributes single = new Attributes(before);
        single.setLocalFlag(LocalFlag.ICANON, false);
        single.setLocalFlag(LocalFlag.ECHO, false);
        single.setControlChar(ControlChar.VMIN, 1);
        single.setControlChar(ControlChar.VTIME, 0);
        terminal.setAttributes(single);
        return new Keys() {
            @Override
            public Optional<Character> next(Duration atMost) throws IOException {
                int key = terminal.reader().read(atMost.toMillis());
                return switch (key) {
                    case NonBlockingReader.READ_EXPIRED -> Optional.empty();
                    case NonBlockingReader.EOF -> Optional.of('q');
                    default -> Optional.of((char) key);
                };
            }

            @Override
            public <T> T aside(Callable<T> work) throws IOException {
                terminal.setAttributes(before);
                try {
                    return work.call();
                } catch (IOException failed) {
                    throw failed;
                } catch (Exception failed) {
                    throw new IOException(failed);
                } finally {
                    terminal.setAttributes(single);
                }
            }

            @Override
            public void close() throws IOException {
                terminal.setAttributes(before);
                terminal.close();
            }
        };
    }
}
