package dev.mulligan.guest.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Machine words to be, in the order in which they will lie in memory; some of them are addresses, known only once it is
 * known where that is. Built in Java and copied once: cheaper than word by word.
 */
final class Words {
    private long[] words = new long[128];
    private int size;
    private int[] pointers = new int[32];
    private int pointerCount;

    /** How many there are. */
    int size() {
        return size;
    }

    void add(long word) {
        if (size == words.length) {
            words = Arrays.copyOf(words, 2 * size);
        }
        words[size++] = word;
    }

    /** Makes the word at {@code index} point to the byte {@code offset} behind the base to come. */
    void point(int index, int offset) {
        words[index] = offset;
        if (pointerCount == pointers.length) {
            pointers = Arrays.copyOf(pointers, 2 * pointerCount);
        }
        pointers[pointerCount++] = index;
    }

    /** Adds these, and returns at which byte they begin. */
    int words(long... more) {
        int offset = 8 * size;
        for (long word : more) {
            add(word);
        }
        return offset;
    }

    /** Adds 32-bit numbers, two to a word. */
    int integers(int... numbers) {
        int offset = 8 * size;
        for (int index = 0; index < numbers.length; index += 2) {
            long high = index + 1 < numbers.length ? numbers[index + 1] : 0;
            add(high << Integer.SIZE | Integer.toUnsignedLong(numbers[index]));
        }
        return offset;
    }

    /** Adds bytes with a NUL behind them, as C reads them. */
    int text(String text) {
        int offset = 8 * size;
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long word = 0;
        for (int index = 0; index < bytes.length; index++) {
            word |= (bytes[index] & 0xffL) << (8 * (index % 8));
            if (index % 8 == 7) {
                add(word);
                word = 0;
            }
        }
        add(word);
        return offset;
    }

    /** Adds texts and a NULL-terminated array of pointers to them; returns at which byte the array begins. */
    int pointers(List<String> texts) {
        int[] offsets = new int[texts.size()];
        for (int index = 0; index < offsets.length; index++) {
            offsets[index] = text(texts.get(index));
        }
        int array = size;
        for (int offset : offsets) {
            add(0);
            point(size - 1, offset);
        }
        add(0);
        return 8 * array;
    }

    /** It is known now: every pointer becomes an address. Once. */
    void relocate(long base) {
        for (int index = 0; index < pointerCount; index++) {
            words[pointers[index]] += base;
        }
    }

    void copyTo(MemorySegment target, long offset) {
        MemorySegment.copy(words, 0, target, ValueLayout.JAVA_LONG, offset, size);
    }
}
