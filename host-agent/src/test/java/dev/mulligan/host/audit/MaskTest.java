package dev.mulligan.host.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mulligan.host.Actor;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.StringLength;

/** No secret of a known shape reaches the record. The secrets here are made up, and put together as they are used. */
final class MaskTest {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    /** How a secret stands in a text: {@code %s} is what must not be left. */
    private static final List<String> SHAPES = List.of(
            "AKIA%16U",
            "ghp_%36a",
            "github_pat_%40a",
            "glpat-%20a",
            "xoxb-%24a",
            "sk-%32a",
            "sk-ant-api03-%40a",
            "sk_live_%24a",
            "AIza%35a",
            "ya29.%30a",
            "npm_%36a",
            "pypi-%60a",
            "hf_%34a",
            "https://hooks.slack.com/services/%30a",
            "eyJ%20a.eyJ%40a.%40a",
            "-----BEGIN PRIVATE KEY-----\n%64a\n%64a\n-----END PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----\n%64a",
            "-----BEGIN OPENSSH PRIVATE KEY-----\\n%64a\\n-----END OPENSSH PRIVATE KEY-----\\n",
            "password=%12a",
            "DB_PASSWORD='%12a'",
            "export API_KEY=\"%20a\"",
            "{\"client_secret\": \"%20a\"}",
            "{\\\"password\\\": \\\"%20a\\\"}",
            "os.environ['AUTH_TOKEN'] = '%20a'",
            "aws_secret_access_key = %40a",
            "passwd: %8a",
            "curl -u user:%12a",
            "mysql --password %12a db",
            "tool --api-key=%20a",
            "[\"--token\", \"%20a\"]",
            "Authorization: Bearer %30a",
            "authorization: Basic %30a",
            "curl -H 'Authorization: token %30a' x",
            "bearer %30a",
            "Cookie: session=%30a; other=%30a",
            "postgres://user:%12a@db.example/x",
            "https://:%12a@host",
            "git clone https://oauth2:%12a@host/x.git?y=1");

    @Property(tries = 60)
    void nothingOfASecretIsLeft(
            @ForAll("words") String before, @ForAll("words") String after, @ForAll("random") String random) {
        for (String shape : SHAPES) {
            Secret secret = Secret.of(shape, random);
            for (String text : List.of(
                    secret.text(),
                    before + " " + secret.text() + " " + after,
                    before + "\n" + secret.text() + "\n" + after)) {
                String masked = Mask.secrets(text);
                for (String part : secret.parts()) {
                    assertThat(masked).as(text).doesNotContain(part);
                }
                assertThat(masked).as(text).contains(Mask.MASKED);
                assertThat(Mask.secrets(masked)).isEqualTo(masked);
            }
        }
    }

    @Example
    void aSecretIsGoneAcrossACutToo() {
        for (int at = EntryFormat.LONGEST_TEXT - 60; at <= EntryFormat.LONGEST_TEXT; at++) {
            String text = "x".repeat(at) + " ghp_" + "A1b2".repeat(10);
            String entry = EntryFormat.entry(
                    SampleExport.TIME,
                    EntryFormat.writable(AuditEvent.of("x", Actor.HOST).withDetails(Map.of("text", text))));
            assertThat(entry).doesNotContain("A1b2A1b2");
        }
    }

    @Example
    void rulesAndArgumentsAreMaskedAndHoldMore() {
        String secret = "S3cr3t".repeat(6);
        String entry = EntryFormat.entry(
                SampleExport.TIME,
                EntryFormat.writable(AuditEvent.of("call.decided", Actor.HOST)
                        .withDecision("shell", "allow", "args.command == 'login --password " + secret + "'")
                        .withDetails(Map.of(AuditEvent.ARGUMENTS, "echo " + "y".repeat(20_000) + " token=" + secret))));
        assertThat(entry).doesNotContain("S3cr3t").contains("y".repeat(20_000)).contains("token=" + Mask.MASKED);
    }

    @Example
    void whatIsNoSecretStays() {
        for (String text : List.of(
                "rm -rf /tmp/build",
                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "a task that failed: no such file: /home/agent/tokens.txt",
                "https://example.org/a?b=c#d",
                "ssh://git@example.org:22/x",
                "10:30:00 user@host",
                "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
                "-----BEGIN PUBLIC KEY-----",
                "sk-ip-list",
                "pass -u name",
                "",
                "\ud83d")) {
            assertThat(Mask.secrets(text)).isEqualTo(text);
        }
    }

    @Property(tries = 500)
    void anyTextIsTakenAndMaskedOnce(@ForAll @StringLength(max = 400) String text) {
        String masked = Mask.secrets(text);
        assertThat(Mask.secrets(masked)).isEqualTo(masked);
    }

    /** Texts on which a careless pattern takes minutes. */
    @Example
    void hostileTextsTakeNoLongerThanOthers() {
        List<UnaryOperator<String>> hostile = List.of(
                text -> text.repeat(40_000 / text.length()),
                text -> "password=\"" + text.repeat(40_000 / text.length()),
                text -> "://" + text.repeat(40_000 / text.length()));
        for (String unit : List.of(
                "a",
                "-",
                "eyJaaaaaaaaa-",
                "://a:",
                "password",
                "-----BEGIN PRIVATE KEY-----",
                "\\\"",
                "bearer ",
                "-token-",
                "Authorization:",
                "sk-",
                "-u a:",
                " ",
                "\\")) {
            for (UnaryOperator<String> shape : hostile) {
                long begin = System.nanoTime();
                assertThat(Mask.secrets(shape.apply(unit))).isNotNull();
                assertThat(System.nanoTime() - begin).as(unit).isLessThan(30_000_000_000L);
            }
        }
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.strings().withChars("abc xyz./-\n").ofMaxLength(30);
    }

    @Provide
    Arbitrary<String> random() {
        return Arbitraries.strings().withChars(LETTERS).ofLength(600);
    }

    /** A shape with its blanks filled: {@code %20a} are twenty letters and digits, {@code U} those in upper case. */
    private record Secret(String text, List<String> parts) {
        static Secret of(String shape, String random) {
            StringBuilder text = new StringBuilder();
            List<String> parts = new java.util.ArrayList<>();
            int used = 0;
            var matcher = java.util.regex.Pattern.compile("%(\\d+)([aU])").matcher(shape);
            while (matcher.find()) {
                int length = Integer.parseInt(matcher.group(1));
                String part = random.substring(used, used + length);
                part = matcher.group(2).equals("U") ? part.toUpperCase(java.util.Locale.ROOT) : part;
                used += length;
                parts.add(part);
                matcher.appendReplacement(text, part);
            }
            matcher.appendTail(text);
            return new Secret(text.toString(), List.copyOf(parts));
        }
    }
}
