package dev.mulligan.host.scope;

import java.util.Locale;

/** What becomes of a change that no rule matches, from weak to strict. */
public enum ApplyMode {
    /** It is carried to the host when the task has ended. */
    AUTO(Effect.ALLOW),
    /** It is carried to the host when a person says so. */
    ASK(Effect.ASK),
    /** It stays in the sandbox, whatever rules say. */
    NEVER(Effect.DENY);

    private final Effect effect;

    ApplyMode(Effect effect) {
        this.effect = effect;
    }

    /** As people write it: {@code auto}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    Effect effect() {
        return effect;
    }
}
