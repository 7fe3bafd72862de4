package dev.mulligan.vm.libvirt.moment;

import java.io.IOException;
import java.nio.IntBuffer;
import java.util.Arrays;

/** Numbers of memory pages of {@value #SIZE} bytes, from 0, in ascending order. */
public final class Pages {
    /** Of a page, in bytes. */
    public static final int SIZE = 4096;

    public static final Pages NONE = new Pages(new int[0]);

    private final int[] numbers;

    /** @param numbers not copied, and not to be changed */
    Pages(int[] numbers) {
        this.numbers = numbers;
    }

    /** Pages that lie side by side. */
    interface Run {
        void visit(int first, int count) throws IOException;
    }

    /** Numbers that are found one after the other, in ascending order. */
    static final class Collected {
        private int[] numbers = new int[1024];
        private int count;

        void add(int number) {
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * count);
            }
            numbers[count++] = number;
        }

        Pages pages() {
            return new Pages(Arrays.copyOf(numbers, count));
        }
    }

    public int count() {
        return numbers.length;
    }

    /** Appends the numbers. */
    void writeTo(IntBuffer buffer) {
        buffer.put(numbers);
    }

    /** Visits the pages in runs, each of at most so many. */
    void runs(int most, Run run) throws IOException {
        int begin = 0;
        while (begin < numbers.length) {
            int end = begin + 1;
            while (end < numbers.length && end - begin < most && numbers[end] == numbers[end - 1] + 1) {
                end++;
            }
            run.visit(numbers[begin], end - begin);
            begin = end;
        }
    }

    /** Those that are here and not there. */
    public Pages without(Pages others) {
        int[] left = new int[numbers.length];
        int count = 0;
        int other = 0;
        for (int number : numbers) {
            while (other < others.numbers.length && others.numbers[other] < number) {
                other++;
            }
            if (other == others.numbers.length || others.numbers[other] != number) {
                left[count++] = number;
            }
        }
        return new Pages(Arrays.copyOf(left, count));
    }
}
