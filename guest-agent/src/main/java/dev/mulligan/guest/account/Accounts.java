package dev.mulligan.guest.account;

import dev.mulligan.guest.failure.ErrorCode;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.guest.linux.Kernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks up users in /etc/passwd and /etc/group as they are at that time: tasks may add some.
 *
 * <p>Read as Latin-1, so that a name in any encoding does no harm. Users from directories (LDAP) are not seen.
 */
public final class Accounts {
    /** Whom a request acts as if it names nobody. */
    public static final String DEFAULT_USER = "agent";

    private final Path directory;
    private final ParsedFile<List<String[]>> users;
    private final ParsedFile<List<String[]>> groups;
    private final ParsedFile<Map<String, String>> environment;

    /** Reads passwd and group in {@code directory}; /etc but for tests. */
    public Accounts(Path directory) {
        this.directory = directory;
        this.users = new ParsedFile<>(directory.resolve("passwd"), Accounts::fields);
        this.groups = new ParsedFile<>(directory.resolve("group"), Accounts::fields);
        this.environment = new ParsedFile<>(directory.resolve("environment"), SystemEnvironment::read);
    }

    /**
     * The account of a name, {@link #DEFAULT_USER} if it is empty.
     *
     * @throws GuestException INVALID_ARGUMENT for a user that does not exist; PERMISSION_DENIED if the guest agent does
     *     not run as root and would have to become somebody else
     */
    public Account require(String name) {
        String wanted = name.isEmpty() ? DEFAULT_USER : name;
        Account account = find(wanted)
                .orElseThrow(() -> GuestException.invalid("user", wanted, "one that /etc/passwd in the guest lists"));
        int own = Kernel.effectiveUserId();
        if (own != 0 && own != account.uid()) {
            throw new GuestException(
                    ErrorCode.PERMISSION_DENIED,
                    "user: %s (expected: the one the guest agent runs as, uid %d); run the guest agent as root"
                            .formatted(wanted, own));
        }
        return account;
    }

    /** What every program of every user starts with, besides the names of the user. */
    public Map<String, String> environment() {
        try {
            return environment.read();
        } catch (IOException absent) {
            return Map.of();
        }
    }

    private Optional<Account> find(String name) {
        for (String[] fields : read(users)) {
            if (fields.length >= 7 && fields[0].equals(name)) {
                int gid = Integer.parseInt(fields[3]);
                return Optional.of(
                        new Account(name, Integer.parseInt(fields[2]), gid, groups(name, gid), fields[5], fields[6]));
            }
        }
        return Optional.empty();
    }

    private List<Integer> groups(String name, int primary) {
        List<Integer> ids = new ArrayList<>();
        ids.add(primary);
        for (String[] fields : read(groups)) {
            if (fields.length >= 4 && List.of(fields[3].split(",", -1)).contains(name)) {
                int gid = Integer.parseInt(fields[2]);
                if (gid != primary) {
                    ids.add(gid);
                }
            }
        }
        return ids;
    }

    private List<String[]> read(ParsedFile<List<String[]>> file) {
        try {
            return file.read();
        } catch (IOException e) {
            throw new UncheckedIOException("accounts: cannot read passwd and group in " + directory, e);
        }
    }

    private static List<String[]> fields(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream()
                .map(line -> line.split(":", -1))
                .toList();
    }
}
