package dev.mulligan.host.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Names and values below each other, as {@code show} commands print one thing; empty values are left out. */
public final class Facts {
    private final List<String> names = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    public Facts add(String name, Object value) {
        String text = Printable.of(value.toString());
        if (!text.isEmpty()) {
            names.add(name);
            values.add(text);
        }
        return this;
    }

    @Override
    public String toString() {
        int width = 0;
        for (String name : names) {
            width = Math.max(width, name.length());
        }
        StringBuilder text = new StringBuilder();
        for (int index = 0; index < names.size(); index++) {
            String name = names.get(index);
            text.append(name)
                    .append(':')
                    .append(" ".repeat(width - name.length() + 1))
                    .append(values.get(index))
                    .append('\n');
        }
        return text.toString();
    }
}
