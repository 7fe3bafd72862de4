package dev.mulligan.host.audit;

import java.util.List;
import java.util.function.ToIntBiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes secrets of a known shape out of texts that go into the record: keys and tokens that say themselves what they
 * are, and what stands behind a word such as {@code password=} or {@code Authorization:}. It errs on the side of
 * masking too much. What has no shape it cannot know: a scope that does not want its arguments in the record leaves
 * them out.
 *
 * <p>Time grows with the length of the text alone: no pattern here repeats within a repetition.
 */
final class Mask {
    /** What stands in the place of a secret. */
    static final String MASKED = "[masked]";

    /** Digests, numbers and identifiers, as most details are: no shape fits them. */
    private static final Pattern PLAIN = Pattern.compile("[0-9a-f-]*");

    private static final String WORDS = "(?:pass(?:word|wd|phrase)|pwd|secret|token|credential|api[_-]?key|"
            + "access[_-]?key|account[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key)";

    /** Texts that are secrets from their first letter to their last. */
    private static final List<Pattern> SECRETS = List.of(
            Pattern.compile(
                    "-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,8}-----.*?"
                            + "(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,8}-----|\\z)",
                    Pattern.DOTALL),
            // Amazon, GitHub, GitLab, Slack, Stripe, Google, npm, PyPI, Hugging Face, DigitalOcean, Docker, age.
            Pattern.compile("\\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\\b"),
            Pattern.compile("\\bgh[pousr]_[A-Za-z0-9]{30,}"),
            Pattern.compile("\\bgithub_pat_[A-Za-z0-9_]{22,}"),
            Pattern.compile("\\bgl(?:pat|dt|rt|ptt|cbt|soat|ft|imt|agent|oas)-[A-Za-z0-9_.-]{16,}"),
            Pattern.compile("\\bxox[a-z]-[A-Za-z0-9-]{10,}"),
            Pattern.compile("\\bxapp-[A-Za-z0-9-]{10,}"),
            Pattern.compile("hooks\\.slack\\.com/services/[A-Za-z0-9/_-]{20,}"),
            Pattern.compile("\\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"),
            Pattern.compile("\\bwhsec_[A-Za-z0-9+/=]{16,}"),
            // OpenAI, Anthropic, and those who follow them.
            Pattern.compile("\\bsk-[A-Za-z0-9_-]{20,}"),
            Pattern.compile("\\bAIza[A-Za-z0-9_-]{35}"),
            Pattern.compile("\\bya29\\.[A-Za-z0-9_-]{16,}"),
            Pattern.compile("\\bnpm_[A-Za-z0-9]{30,}"),
            Pattern.compile("\\bpypi-[A-Za-z0-9_-]{32,}"),
            Pattern.compile("\\bhf_[A-Za-z0-9]{30,}"),
            Pattern.compile("\\bdo[opr]_v1_[a-f0-9]{64}"),
            Pattern.compile("\\bdckr_pat_[A-Za-z0-9_-]{20,}"),
            Pattern.compile("\\bAGE-SECRET-KEY-1[A-Z0-9]{50,}"),
            // A JSON Web Token (RFC 7519): JSON in Base64.
            Pattern.compile("\\beyJ[A-Za-z0-9_-]{16,}[A-Za-z0-9_.-]*"));

    /** What comes right before a secret, and where that ends. */
    private record Announcement(Pattern pattern, ToIntBiFunction<String, Integer> end) {}

    private static final List<Announcement> ANNOUNCEMENTS = List.of(
            new Announcement(
                    Pattern.compile(
                            "\\b(?:proxy-)?authorization\\b\\\\?[\"']?\\s{0,8}[:=]\\s{0,8}", Pattern.CASE_INSENSITIVE),
                    Mask::endOfHeader),
            new Announcement(
                    Pattern.compile("\\b(?:set-)?cookie\\b\\\\?[\"']?\\s{0,8}[:=]\\s{0,8}", Pattern.CASE_INSENSITIVE),
                    Mask::endOfHeader),
            new Announcement(Pattern.compile("\\bbearer\\s{1,8}(?=\\S{8})", Pattern.CASE_INSENSITIVE), Mask::endOfWord),
            new Announcement(
                    Pattern.compile(
                            WORDS + "[\\w-]{0,32}\\\\?[\"']?\\]?\\s{0,8}(?::=|=>|[:=])\\s{0,8}",
                            Pattern.CASE_INSENSITIVE),
                    Mask::endOfValue),
            new Announcement(
                    Pattern.compile(
                            "-[\\w-]{0,32}" + WORDS + "[\\w-]{0,32}[\"']?,?\\s{1,8}(?=[^\\s-])",
                            Pattern.CASE_INSENSITIVE),
                    Mask::endOfValue),
            // curl -u NAME:PASSWORD
            new Announcement(
                    Pattern.compile("(?:^|\\s)(?:-u|--user)[\\s=]{1,8}[\"']?[^\\s:\"']{1,256}:"), Mask::endOfWord),
            // scheme://NAME:PASSWORD@host
            new Announcement(Pattern.compile("://[^\\s/?#:@\"']{0,256}:(?=[^\\s/?#]{1,1024}@)"), Mask::endOfUserInfo));

    private Mask() {}

    /** The text with {@link #MASKED} in place of every secret that can be known as one. Done twice is done once. */
    static String secrets(String text) {
        if (PLAIN.matcher(text).matches()) {
            return text;
        }
        String masked = text;
        for (Pattern secret : SECRETS) {
            masked = secret.matcher(masked).replaceAll(Matcher.quoteReplacement(MASKED));
        }
        for (Announcement announcement : ANNOUNCEMENTS) {
            masked = behind(announcement, masked);
        }
        return masked;
    }

    private static String behind(Announcement announcement, String text) {
        Matcher matcher = announcement.pattern().matcher(text);
        StringBuilder masked = null;
        int copied = 0;
        int from = 0;
        while (from <= text.length() && matcher.find(from)) {
            int start = matcher.end();
            int end = announcement.end().applyAsInt(text, start);
            if (end > start && !text.startsWith(MASKED, start)) {
                masked = masked == null ? new StringBuilder(text.length()) : masked;
                masked.append(text, copied, start).append(MASKED);
                copied = end;
            }
            from = Math.max(end, matcher.end());
        }
        return masked == null
                ? text
                : masked.append(text, copied, text.length()).toString();
    }

    /** To the end of its line, or of the quotes around the header. */
    private static int endOfHeader(String text, int start) {
        int end = start < text.length() && isQuote(text.charAt(start)) ? start + 1 : start;
        while (end < text.length() && !isQuote(text.charAt(end)) && !isLineEnd(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static int endOfWord(String text, int start) {
        int end = start;
        while (end < text.length() && !Character.isWhitespace(text.charAt(end)) && !isQuote(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** What is quoted, to the closing quote; else to what ends a value in a shell, a program, JSON, YAML or a URL. */
    private static int endOfValue(String text, int start) {
        int open = start;
        while (open < text.length() && text.charAt(open) == '\\') {
            open++;
        }
        if (open < text.length() && isQuote(text.charAt(open))) {
            return endOfQuoted(text, open);
        }
        int end = start;
        while (end < text.length()
                && !Character.isWhitespace(text.charAt(end))
                && "\"'`;&,)}]".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private static int endOfQuoted(String text, int open) {
        int end = open + 1;
        while (end < text.length() && text.charAt(end) != text.charAt(open) && !isLineEnd(text.charAt(end))) {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        return Math.min(end + 1, text.length());
    }

    private static int endOfUserInfo(String text, int start) {
        int end = start;
        int last = start;
        while (end < text.length()
                && !Character.isWhitespace(text.charAt(end))
                && "/?#".indexOf(text.charAt(end)) < 0) {
            last = text.charAt(end) == '@' ? end : last;
            end++;
        }
        return last;
    }

    private static boolean isQuote(char letter) {
        return letter == '"' || letter == '\'' || letter == '`';
    }

    private static boolean isLineEnd(char letter) {
        return letter == '\n' || letter == '\r';
    }
}
