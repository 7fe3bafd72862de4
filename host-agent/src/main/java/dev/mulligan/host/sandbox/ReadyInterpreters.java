package dev.mulligan.host.sandbox;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.guest.EvaluationSpec.Language;
import dev.mulligan.host.guest.Guest;
import dev.mulligan.host.guest.GuestLink;
import dev.mulligan.host.guest.GuestPath;
import dev.mulligan.image.Imports;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Interpreters that stand ready in a template, and thus in each of its clones, with the modules that the image wants
 * imported ({@link Imports}).
 */
final class ReadyInterpreters {
    private static final Logger LOG = LoggerFactory.getLogger(ReadyInterpreters.class);

    private static final Duration CLOCK_JUMP = Duration.ofHours(3);
    private static final long LARGEST_FILE = 64 << 10;

    private final Consumer<String> progress;

    /** @param progress hears what could not be imported */
    ReadyInterpreters(Consumer<String> progress) {
        this.progress = progress;
    }

    /**
     * Starts one of each language. They are started with a clock that is hours behind: OpenSSL keeps random state of its
     * own in each of them, and draws it anew when the clock has jumped by more than an hour (RAND_DRBG(7), "reseed
     * interval"), as it does in a clone. Without that, clones would share random numbers.
     */
    void prepare(GuestLink link) {
        link.setBehind(CLOCK_JUMP);
        for (Language language : Language.values()) {
            prepare(link.guest(), language);
        }
    }

    private void prepare(Guest guest, Language language) {
        String name = language.name().toLowerCase(Locale.ROOT);
        try {
            List<String> missing = guest.prepareSessions(language, "agent", imports(guest, name), 1);
            if (!missing.isEmpty()) {
                LOG.warn("the image wants modules imported that its {} cannot import: {}", name, missing);
                progress.accept("not imported beforehand: " + String.join(", ", missing));
            }
        } catch (HostException none) {
            // An image need not have it. Its first call then starts one, or says what is missing.
            LOG.info("no interpreter of {} stands ready: {}", name, none.getMessage());
        }
    }

    private static List<String> imports(Guest guest, String language) {
        GuestPath file = GuestPath.of(Imports.DIRECTORY + "/" + language);
        try {
            if (guest.files().stat(file, "root").size() > LARGEST_FILE) {
                LOG.warn("{}: longer than {} bytes, and ignored", file, LARGEST_FILE);
                return List.of();
            }
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            guest.files().read(file, "root", content);
            return content.toString(StandardCharsets.ISO_8859_1)
                    .lines()
                    .map(String::strip)
                    .filter(Imports::isModule)
                    .toList();
        } catch (HostException missing) {
            if (missing.code() != HostErrorCode.NO_SUCH_FILE) {
                throw missing;
            }
            return List.of();
        }
    }
}
