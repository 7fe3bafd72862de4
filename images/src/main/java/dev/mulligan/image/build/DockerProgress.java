package dev.mulligan.image.build;

import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads from a Docker build's lines how far it has come: {@code Step 2/5 : RUN …}. */
final class DockerProgress implements Consumer<String> {

    private static final Pattern STEP = Pattern.compile("Step (\\d+)/(\\d+) : (.*)");

    private final Allocation allocation;

    DockerProgress(Allocation allocation) {
        this.allocation = allocation;
    }

    @Override
    public void accept(String line) {
        allocation.log(line);
        Matcher step = STEP.matcher(line);
        if (step.matches()) {
            double before = Double.parseDouble(step.group(1)) - 1;
            allocation.at(before / Double.parseDouble(step.group(2)), step.group(3));
        }
    }
}
