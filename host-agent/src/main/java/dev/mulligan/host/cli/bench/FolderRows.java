package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.bench.Row.When;
import dev.mulligan.host.cli.bench.measure.Contest;
import dev.mulligan.host.cli.bench.measure.Peer;
import dev.mulligan.host.cli.bench.peer.FileCopies;
import java.io.IOException;
import java.util.List;

/** Folders of the host: shown to a task, what it wrote taken over, and carried back. */
final class FolderRows {
    private static final int ROUNDS = 5;
    private static final String NEVER_PACKED = "that was never packed";

    private FolderRows() {}

    static List<Row> all() {
        return List.of(
                show("pack-new", When.ALWAYS, "10,000 files, 98 MiB, " + NEVER_PACKED, FolderBench::make, true),
                show(
                        "pack-unchanged",
                        When.ALWAYS,
                        "10,000 files, 98 MiB, that is as it was when it was last packed",
                        FolderBench::make,
                        false),
                show(
                        "pack-new-100000",
                        When.ON_REQUEST,
                        "100,000 files, 2 GiB, " + NEVER_PACKED,
                        FolderBench::makeLarge,
                        true),
                changes("changes-10", 10, 10_000),
                changes("changes-10-of-100000", 10, 100_000),
                new Row(
                        "changes-10000",
                        boundary("10,000 new files of 1 KiB in a folder of 10,000"),
                        When.ALWAYS,
                        bench -> {
                            FolderBench folders = bench.folders();
                            ManyFiles folder = folders.make();
                            return new Contest(
                                    ROUNDS,
                                    new TakeOver(folders, 10_000, count -> folders.create(folder, count)),
                                    List.of());
                        }),
                apply("apply-1000", 1_000),
                apply("apply-10000", 10_000));
    }

    private interface Making {
        ManyFiles in(FolderBench bench) throws IOException;
    }

    private static Row show(String id, When when, String which, Making folder, boolean unseen) {
        return new Row(
                id,
                "Dispatch of a task called, which is granted a folder of " + which
                        + ", to what its call reads of one of them; the sandbox runs",
                when,
                bench -> {
                    FolderBench folders = bench.folders();
                    ShowFolder ours = new ShowFolder(folders, folder.in(folders), unseen);
                    List<Peer> peers = bench.docker()
                            .map(docker -> docker.folderIn(ours::folder))
                            .map(List::of)
                            .orElse(List.of());
                    return new Contest(ROUNDS, ours, peers);
                });
    }

    private static Row changes(String id, int count, int files) {
        return new Row(
                id, boundary("%d changed files in a folder of %,d".formatted(count, files)), When.ALWAYS, bench -> {
                    FolderBench folders = bench.folders();
                    ManyFiles folder = folders.make(files);
                    return new Contest(
                            ROUNDS,
                            new TakeOver(folders, count, changes -> folders.change(folder, changes)),
                            List.of());
                });
    }

    private static String boundary(String what) {
        return "A task's last call told to have ended, to the task told to have ended, its change set kept: " + what;
    }

    private static Row apply(String id, int files) {
        return new Row(
                id,
                "ChangesService.Apply of %,d new files of 1 KiB called to its answer".formatted(files),
                When.ALWAYS,
                bench -> {
                    FolderBench folders = bench.folders();
                    ManyFiles same = ManyFiles.make(folders.fresh(), files, FolderBench.WRITTEN_BYTES);
                    return new Contest(
                            ROUNDS,
                            new CarryOut(folders, folders.make(), files),
                            FileCopies.all(same.path(), folders.fresh()));
                });
    }
}
