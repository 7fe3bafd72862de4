package dev.mulligan.host.cli.bench;

import dev.mulligan.host.audit.RecordTrial;
import dev.mulligan.host.cli.bench.Row.When;
import dev.mulligan.host.cli.bench.measure.Contest;
import dev.mulligan.host.cli.bench.measure.Figure;
import dev.mulligan.host.cli.bench.measure.Samples;
import dev.mulligan.host.cli.bench.measure.Timed;
import dev.mulligan.host.cli.bench.peer.PlainWriters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The record: what it costs that an entry is durable before anything happens. */
final class RecordRows {
    private static final int ENTRIES = 100;

    private RecordRows() {}

    static List<Row> all() {
        return List.of(new Row(
                "audit-append",
                ENTRIES + " entries to a record of its own, beside the state: the first begun to the last durable",
                When.ALWAYS,
                bench -> {
                    Path directory = bench.directory();
                    return new Contest(
                            20,
                            new Appending(RecordTrial.open(directory.resolve("record"))),
                            PlainWriters.all(directory, RecordTrial.entry(), ENTRIES));
                }));
    }

    /** {@link #ENTRIES} at a time. */
    private record Appending(RecordTrial record, List<Duration> taken) implements Timed {
        Appending(RecordTrial record) {
            this(record, new ArrayList<>());
        }

        @Override
        public void run() {
            long begin = System.nanoTime();
            for (int i = 0; i < ENTRIES; i++) {
                record.append();
            }
            taken.add(Duration.ofNanos(System.nanoTime() - begin));
        }

        @Override
        public List<Figure> figures() {
            double seconds =
                    new Samples(taken.subList(1, taken.size())).median().toNanos() / 1e9;
            return List.of(new Figure("entries a second, at the median", ENTRIES / seconds, ""));
        }

        @Override
        public void end() {
            record.close();
        }
    }
}
