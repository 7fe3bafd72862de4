package dev.mulligan.host;

import java.util.regex.Pattern;

/** Names one sandbox on this host, for ever: {@code sb-} and 10 lower-case letters or digits, chosen at random. */
public record SandboxId(String value) {
    private static final Pattern FORM = Pattern.compile("sb-[a-z0-9]{10}");

    public SandboxId {
        if (!FORM.matcher(value).matches()) {
            throw HostException.of(HostErrorCode.INVALID_ARGUMENT, "sandbox id")
                    .value(value)
                    .expected(FORM.pattern())
                    .build();
        }
    }

    /** Whether the text has the form of an id. */
    public static boolean isId(String text) {
        return FORM.matcher(text).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
