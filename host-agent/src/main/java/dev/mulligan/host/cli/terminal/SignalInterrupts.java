package dev.mulligan.host.cli.terminal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jline.utils.Signals;

/** The signals of this process. */
public final class SignalInterrupts implements Interrupts {
    private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

    @Override
    public Handling handle(Runnable handler) {
        Map<String, Object> previous = new LinkedHashMap<>();
        for (String name : NAMES) {
            Object before = Signals.register(name, handler);
            if (before != null) {
                previous.put(name, before);
            }
        }
        return () -> previous.forEach(Signals::unregister);
    }
}
