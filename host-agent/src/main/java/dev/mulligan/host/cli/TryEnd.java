package dev.mulligan.host.cli;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.PickSandboxRequest;
import io.grpc.StatusException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The end of a try: shows the candidates, has one picked, and says which it was. */
record TryEnd(Invocation invocation, HostClient client, String id) {
    int end(Candidates candidates, PickChoice choice) throws StatusException, IOException {
        if (!invocation.json()) {
            invocation.printLine(candidates.toString());
        }
        Optional<Candidate> picked = switch (choice) {
            case PickChoice.Best _ -> candidates.best();
            case PickChoice.Ask _ -> ask(candidates);
            case PickChoice.Numbered(int number) -> candidates.numbered(number);
            case PickChoice.Keep _ -> Optional.empty();
        };
        if (picked.isPresent()) {
            pick(picked.get(), choice);
        } else {
            invocation.say("all candidates stay; keep one of them: mulligan sandbox pick "
                    + candidates.all().getFirst().sandbox().getName());
        }
        if (invocation.json()) {
            candidates
                    .all()
                    .forEach(
                            candidate -> invocation.print(candidate.fields(picked.equals(Optional.of(candidate))), ""));
        }
        boolean asked = choice instanceof PickChoice.Best;
        boolean none = candidates.all().stream().noneMatch(Candidate::succeeded);
        return (asked && picked.isEmpty()) || none ? ExitCode.FAILED.number() : ExitCode.OK.number();
    }

    private void pick(Candidate picked, PickChoice choice) throws StatusException {
        String why = choice instanceof PickChoice.Best
                ? "the highest score, " + picked.score().map(Score::toString).orElse("")
                : "by hand";
        var _ = client.sandboxes(Patience.MACHINE)
                .pick(PickSandboxRequest.newBuilder()
                        .setTryId(id)
                        .setSandbox(picked.sandbox().getId())
                        .setReason(why)
                        .build());
        new OtherCandidates(client, id).reject(picked.sandbox().getId());
        if (!invocation.json()) {
            invocation.printLine("picked candidate " + picked.number() + ", " + why + ": "
                    + picked.sandbox().getId());
            if (!picked.folders().isEmpty()) {
                invocation.say("carry what it wrote to its folder: mulligan apply "
                        + picked.task().getId());
            }
        }
    }

    private Optional<Candidate> ask(Candidates candidates) throws IOException {
        BufferedReader answers =
                new BufferedReader(new InputStreamReader(invocation.console().input(), StandardCharsets.UTF_8));
        while (true) {
            invocation
                    .console()
                    .errors()
                    .print("Which one stays? 1 to " + candidates.all().size() + ", or nothing to keep all: ");
            invocation.console().errors().flush();
            String answer = answers.readLine();
            if (answer == null || answer.isBlank()) {
                return Optional.empty();
            }
            try {
                Optional<Candidate> chosen = candidates.numbered(Integer.parseInt(answer.strip()));
                if (chosen.isPresent()) {
                    return chosen;
                }
            } catch (NumberFormatException words) {
                // Asked again.
            }
        }
    }
}
