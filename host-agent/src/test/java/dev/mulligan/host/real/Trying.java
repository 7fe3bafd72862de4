package dev.mulligan.host.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mulligan.host.real.HostAgentProcess.Ran;
import dev.mulligan.proto.host.v1.Sandbox;
import io.grpc.StatusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** {@code mulligan try}, as somebody uses it at the command line of a real host agent. */
record Trying(HostAgentTrial trial) {
    /** A task of one shell command with a time limit, as a file. */
    String task(String name, String time, String command) throws IOException {
        return Files.writeString(
                        trial.directory().resolve(name + ".yaml"),
                        "name: " + name + "\nscope: {tools: [shell]}\non_failure: keep\ncalls: [{shell: \"" + command
                                + "\", time: " + time + "}]\n")
                .toString();
    }

    /** Begins one in forks of a sandbox. */
    CompletableFuture<Ran> begin(String sandbox, String... options) {
        List<String> words = new ArrayList<>(List.of("try", "--sandbox", sandbox));
        words.addAll(List.of(options));
        return CompletableFuture.supplyAsync(() -> {
            try {
                return trial.agent().run(words.toArray(String[]::new));
            } catch (IOException | InterruptedException failed) {
                throw new CompletionException(failed);
            }
        });
    }

    /** The candidates in what {@code --output json} prints. */
    static List<JsonNode> candidates(Ran ran) throws IOException {
        assertThat(ran.output()).as(ran.toString()).isNotEmpty();
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> candidates = new ArrayList<>();
        for (String line : ran.output().lines().toList()) {
            candidates.add(mapper.readTree(line));
        }
        return candidates;
    }

    /** The candidate of that number, as soon as it is there; it may not answer yet. */
    Sandbox awaitCandidate(String trying, int number) throws StatusException, InterruptedException {
        Instant deadline = Instant.now().plusSeconds(120);
        while (true) {
            Optional<Sandbox> found = trial.hand().sandboxes().stream()
                    .filter(sandbox -> sandbox.getName().matches(trying + "-" + number))
                    .findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            assertThat(Instant.now()).as("candidate " + number).isBefore(deadline);
            Thread.sleep(50);
        }
    }

    /** Returns when such a program runs there. */
    void awaitProgram(String sandbox, String program) throws InterruptedException {
        Instant deadline = Instant.now().plusSeconds(120);
        while (!runs(sandbox, program)) {
            assertThat(Instant.now()).as(program + " in " + sandbox).isBefore(deadline);
            Thread.sleep(50);
        }
    }

    private boolean runs(String sandbox, String program) throws InterruptedException {
        try {
            return trial.hand()
                    .shell(sandbox, "pgrep -x " + program + " || true")
                    .matches("[0-9]+\n");
        } catch (StatusException notYet) {
            return false;
        }
    }

    /** That nothing is left of a sandbox: no process, no file. What no sandbox owns is looked for after each test. */
    void requireGone(String sandbox) {
        Path machine = trial.state().resolve("machines").resolve(sandbox);
        assertThat(machine).doesNotExist();
        assertThat(trial.host().processBelow(machine)).isEmpty();
    }
}
