package dev.mulligan.image.build;

import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Guesses from the lines of apt and dpkg how far an installation has come: each new package is fetched, unpacked and set
 * up.
 */
final class AptProgress implements Consumer<String> {

    private static final Pattern TOTAL = Pattern.compile("\\d+ upgraded, (\\d+) newly installed.*");
    private static final Pattern DONE = Pattern.compile("(?:Get:\\d+|Unpacking|Setting up) (.*)");
    private static final int LINES_EACH = 3;

    private final Allocation allocation;
    private final double firstRound;
    private double start;
    private double end;
    private int total;
    private int done;

    /**
     * Listens to an installation in one or two rounds.
     *
     * @param firstRound the share of the first round: mmdebstrap installs the essential packages before the others
     */
    AptProgress(Allocation allocation, double firstRound) {
        this.allocation = allocation;
        this.firstRound = firstRound;
    }

    @Override
    public void accept(String line) {
        allocation.log(line);
        Matcher totalMatcher = TOTAL.matcher(line);
        if (totalMatcher.matches()) {
            total = Integer.parseInt(totalMatcher.group(1)) * LINES_EACH;
            done = 0;
            start = end;
            end = end == 0 ? firstRound : 1;
        } else if (total > 0 && DONE.matcher(line).matches()) {
            done++;
            allocation.at(start + (end - start) * Math.min(1, (double) done / total), line);
        }
    }
}
