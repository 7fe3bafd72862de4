package dev.mulligan.host.cli.terminal;

import java.io.IOException;
import java.util.EnumSet;
import java.util.function.BiConsumer;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.ControlChar;
import org.jline.terminal.Attributes.InputFlag;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Attributes.OutputFlag;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.Signals;

/**
 * This process's terminal, passing every key on as it is (termios(3), "raw mode"). It is as before when this is closed,
 * and also when the process ends by a signal: JLine has a shutdown hook for that.
 */
public final class RawTerminal implements AutoCloseable {
    private final Terminal terminal;
    private final Attributes before;

    private RawTerminal(Terminal terminal, Attributes before) {
        this.terminal = terminal;
        this.before = before;
    }

    /** Takes the terminal over. */
    public static RawTerminal open() throws IOException {
        Terminal terminal = TerminalBuilder.builder().system(true).dumb(false).build();
        Attributes before = terminal.getAttributes();
        Attributes raw = new Attributes(before);
        raw.setLocalFlags(EnumSet.of(LocalFlag.ICANON, LocalFlag.ECHO, LocalFlag.IEXTEN, LocalFlag.ISIG), false);
        raw.setInputFlags(
                EnumSet.of(
                        InputFlag.IXON,
                        InputFlag.ICRNL,
                        InputFlag.INLCR,
                        InputFlag.IGNCR,
                        InputFlag.BRKINT,
                        InputFlag.ISTRIP),
                false);
        raw.setOutputFlags(EnumSet.of(OutputFlag.OPOST), false);
        raw.setControlChar(ControlChar.VMIN, 1);
        raw.setControlChar(ControlChar.VTIME, 0);
        terminal.setAttributes(raw);
        return new RawTerminal(terminal, before);
    }

    public int columns() {
        return Math.max(1, terminal.getSize().getColumns());
    }

    public int rows() {
        return Math.max(1, terminal.getSize().getRows());
    }

    /** Tells columns and rows each time the window changes. */
    public void onResize(BiConsumer<Integer, Integer> listener) {
        Signals.register("WINCH", () -> {
            Size size = terminal.getSize();
            listener.accept(Math.max(1, size.getColumns()), Math.max(1, size.getRows()));
        });
    }

    @Override
    public void close() throws IOException {
        Signals.registerDefault("WINCH");
        terminal.setAttributes(before);
        terminal.close();
    }
}
