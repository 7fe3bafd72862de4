package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.measure.NotHereException;
import dev.mulligan.host.cli.client.HostClient;
import java.util.List;
import java.util.Optional;

/**
 * What a host agent may or may not be able to do. The one place where the benchmark learns of newer calls: a row whose
 * ability is missing is left out and says so.
 *
 * @param interpreter empty: no interpreters that live on between calls
 * @param forking empty: no forks
 */
record Abilities(PoolControl pool, Optional<Interpreter> interpreter, Optional<Forking> forking) {

    /**
     * Those of this version's contracts.
     *
     * @param templates whether this host can freeze and clone machines
     */
    static Abilities of(HostClient host, BenchClient client, boolean templates) {
        if (!templates) {
            return new Abilities(new NoPool(), Optional.of(client::evaluate), Optional.empty());
        }
        return new Abilities(new TemplatePool(host), Optional.of(client::evaluate), Optional.of(client::fork));
    }

    Interpreter interpreterOrNone() throws NotHereException {
        return interpreter.orElseThrow(() -> new NotHereException("this host agent has no stateful interpreters"));
    }

    Forking forkingOrNone() throws NotHereException {
        return forking.orElseThrow(() -> new NotHereException("this host agent cannot fork sandboxes"));
    }

    /** Python that remembers what it was told before. */
    interface Interpreter {
        /** Returns the value of the last expression as the interpreter shows it. */
        String evaluate(String sandbox, String code) throws Exception;
    }

    /** Several machines out of one that runs. */
    interface Forking {
        /** Returns the ids of so many new sandboxes; they are labelled as {@link BenchClient#create} does it. */
        List<String> fork(String sandbox, int count) throws Exception;
    }
}
