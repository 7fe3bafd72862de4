package dev.mulligan.host;

import java.util.random.RandomGenerator;

/** Words that nobody can guess or has used before, for ids: of [a-z0-9]. */
public final class RandomWord {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 10;

    private RandomWord() {}

    /** Ten characters: 51 bits. */
    public static String of(RandomGenerator random) {
        StringBuilder word = new StringBuilder(LENGTH);
        for (int count = 0; count < LENGTH; count++) {
            word.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return word.toString();
    }
}
