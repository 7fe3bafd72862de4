package dev.mulligan.host.workspace.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.FakeTask;
import dev.mulligan.host.workspace.LinkTarget;
import dev.mulligan.host.workspace.OneByOne;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.Trees;
import dev.mulligan.host.workspace.UpperEntry;
import dev.mulligan.host.workspace.store.Attack.End;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The attacks, by what they aim at. */
final class Attacks {
    private static final Sha256 SOME = Sha256.of(ByteString.copyFromUtf8("some"));

    private Attacks() {}

    /** The folder that they are meant for. */
    static void furnish(ChangesFixture changes) throws IOException {
        changes.write("file", "file\n");
        changes.write("dir/inside", "inside\n");
        changes.write("dir/sub/deep", "deep\n");
        changes.write("README", "readme\n");
        Files.createSymbolicLink(changes.file("way"), changes.outside);
        Files.createSymbolicLink(changes.file("home"), Path.of("dir"));
        Files.createLink(changes.file("hard"), changes.outside.resolve("precious"));
    }

    /** A stream that no upper layer can be, or too much of one. */
    static List<Attack> onTheStream() {
        return List.of(
                stream("a path twice", file("x", 0644), file("x", 0644)),
                stream("a path as file and as directory", file("x", 0644), directory("x", 0755)),
                stream("a path written and removed", file("x", 0644), removed("x")),
                stream("what is below a file", file("file", 0644), file("file/x", 0644)),
                stream("what is below a new file", file("x", 0644), file("x/y", 0644)),
                stream("what is below a link to the outside", link("way", "dir"), file("way/precious", 0644)),
                stream("what is below what is removed", removed("dir"), file("dir/inside", 0644)),
                stream("what is below a device", other("x", "device"), file("x/y", 0644)),
                stream("what is below a link that the folder has", file("way/precious", 0644)),
                stream("a parent that is nowhere", file("no/such/parent", 0644)),
                stream("a parent that the layer does not have", file("dir/inside", 0644)),
                stream("a removal below a file", file("x", 0644), removed("x/y")),
                Attack.of(
                        "a million entries",
                        () -> IntStream.range(0, 1_000_000)
                                .<UpperEntry>mapToObj(number -> file("x" + number, 0644))
                                .iterator(),
                        End.SET_REFUSED),
                Attack.of("a sparse file of 4 GiB", List.of(sized("x", 4L << 30)), End.SET_REFUSED),
                Attack.of("a file of all bytes there are", List.of(sized("x", Long.MAX_VALUE)), End.SET_REFUSED),
                Attack.of(
                        "sizes whose sum overflows",
                        List.of(sized("x", 1), sized("y", Long.MAX_VALUE), sized("z", Long.MAX_VALUE)),
                        End.SET_REFUSED),
                Attack.of(
                        "many files that are too much together",
                        IntStream.range(0, 900)
                                .mapToObj(number -> sized("x" + number, 2_000))
                                .toList(),
                        End.SET_REFUSED));
    }

    /** Content that is not what was declared. */
    static List<Attack> onContent() {
        UpperEntry declared = sized("x", 4);
        return List.of(
                content("content without an end", declared, _ -> new Endless()),
                content("content that is longer", declared, _ -> bytes("some and more")),
                content("content that is shorter", declared, _ -> bytes("som")),
                content("content of another digest", declared, _ -> bytes("sume")),
                content("content that is not there", declared, _ -> {
                    throw new IOException("gone");
                }),
                content("content that breaks off", declared, _ -> new Broken()));
    }

    /** Kinds and modes that must not reach the host. */
    static List<Attack> byKind() {
        return List.of(
                kind("a FIFO", new FakeTask().special("x", "FIFO")),
                kind("a device in a file's place", new FakeTask().special("file", "device")),
                kind("a socket in a directory's place", new FakeTask().special("dir", "socket")),
                kind("set-user-id", new FakeTask().write("x", "root", 04755)),
                kind("set-group-id", new FakeTask().write("x", "root", 02755)),
                kind("sticky", new FakeTask().write("x", "root", 01755)),
                kind("all bits there are", new FakeTask().write("x", "root", 07777)),
                kind("set-user-id for a file that is there", new FakeTask().write("file", "file\n", 04755)),
                kind("set-group-id for a directory", new FakeTask().makeDirectory("dir", 02777)),
                kind(
                        "files in a refused directory",
                        new FakeTask().write("x/y", "y").makeDirectory("x", 03777)),
                kind("a link to an absolute path", new FakeTask().link("x", "/etc/passwd")),
                kind("a link that goes up", new FakeTask().link("x", "../outside/precious")),
                kind("a deep link that goes up", new FakeTask().link("dir/sub/x", "../../../outside")),
                kind("a link that goes up by detours", new FakeTask().link("x", "dir/../../outside")),
                kind("a link in a file's place", new FakeTask().link("file", "/etc/shadow")),
                kind("a link in a directory's place", new FakeTask().link("dir", "../outside")),
                kind("Mulligan's own name", new FakeTask().write(".mulligan-apply-x/n0", "x")),
                kind("Mulligan's own name as a link", new FakeTask().link(".mulligan-apply-x", "dir")));
    }

    /** Names and moments. */
    static List<Attack> onTheFolder() {
        List<Attack> all = new ArrayList<>(conflicts());
        all.addAll(applied());
        return all;
    }

    private static List<Attack> conflicts() {
        return List.of(
                conflict(
                        "a directory that became a link to the outside",
                        new FakeTask().write("dir/inside", "evil"),
                        changes -> {
                            Trees.replaceByLink(changes.file("dir"), changes.outside);
                        }),
                conflict(
                        "a directory in the middle that became a link",
                        new FakeTask().write("dir/sub/deep", "evil"),
                        changes -> {
                            Trees.replaceByLink(changes.file("dir/sub"), changes.outside);
                        }),
                conflict(
                        "a directory that became a link to its twin",
                        new FakeTask().write("dir/inside", "evil"),
                        changes -> {
                            Files.move(changes.file("dir"), changes.file("moved"));
                            Files.createSymbolicLink(changes.file("dir"), Path.of("moved"));
                        }),
                conflict(
                        "a new file where a link to the outside is",
                        new FakeTask().write("x", "evil"),
                        changes -> Files.createSymbolicLink(changes.file("x"), changes.outside.resolve("precious"))),
                conflict(
                        "a file that became a link to the outside",
                        new FakeTask().write("file", "evil"),
                        changes -> Trees.replaceByLink(changes.file("file"), changes.outside.resolve("precious"))),
                conflict(
                        "a removal of a file that became a link",
                        new FakeTask().remove("file"),
                        changes -> Trees.replaceByLink(changes.file("file"), changes.outside.resolve("precious"))),
                conflict(
                        "a removal of a directory that became a link",
                        new FakeTask().remove("dir"),
                        changes -> Trees.replaceByLink(changes.file("dir"), changes.outside)),
                conflict(
                        "a file that became a FIFO",
                        new FakeTask().write("file", "evil"),
                        changes -> Trees.replaceByFifo(changes.file("file"))),
                conflict(
                        "a new file where a FIFO is",
                        new FakeTask().write("x", "evil"),
                        changes -> Trees.replaceByFifo(changes.file("x"))),
                conflict("a file that became a directory", new FakeTask().write("file", "evil"), changes -> {
                    Files.delete(changes.file("file"));
                    changes.write("file/mine", "mine\n");
                }),
                conflict("a directory that became a file", new FakeTask().write("dir/inside", "evil"), changes -> {
                    Trees.delete(changes.file("dir"));
                    changes.write("dir", "mine\n");
                }),
                conflict(
                        "a directory that is gone",
                        new FakeTask().write("dir/new", "evil"),
                        changes -> Trees.delete(changes.file("dir"))),
                conflict(
                        "a file for a directory that you filled",
                        new FakeTask().write("dir", "evil"),
                        changes -> changes.write("dir/mine", "mine\n")),
                conflict(
                        "content for a file that has set-user-id",
                        new FakeTask().write("file", "evil"),
                        changes -> Files.setAttribute(changes.file("file"), "unix:mode", 04755)));
    }

    private static List<Attack> applied() {
        return List.of(
                applied(
                        "a file that has another name outside",
                        new FakeTask().write("hard", "evil"),
                        changes ->
                                assertThat(changes.outside.resolve("precious")).hasContent("precious\n")),
                applied(
                        "another mode for a file with a name outside",
                        new FakeTask().write("hard", "precious\n", 0777),
                        changes -> assertThat(Files.getPosixFilePermissions(changes.outside.resolve("precious")))
                                .hasSize(4)),
                applied(
                        "a removal of a file with a name outside",
                        new FakeTask().remove("hard"),
                        changes ->
                                assertThat(changes.outside.resolve("precious")).exists()),
                applied(
                        "a file in a link's place",
                        new FakeTask().write("way", "file\n"),
                        changes ->
                                assertThat(changes.file("way")).isRegularFile().hasContent("file\n")),
                applied(
                        "a removal of a link",
                        new FakeTask().remove("way"),
                        changes -> assertThat(Files.exists(changes.outside.resolve("precious")))
                                .isTrue()),
                applied(
                        "a directory in a link's place",
                        new FakeTask().write("way/precious", "evil").replaceDirectory("way"),
                        changes -> assertThat(changes.file("way/precious")).hasContent("evil")),
                applied(
                        "a directory in a file's place",
                        new FakeTask().write("file/x/y", "y"),
                        changes -> assertThat(changes.file("file/x/y")).hasContent("y")),
                applied(
                        "a file in a directory's place",
                        new FakeTask().write("dir", "flat"),
                        changes -> assertThat(changes.file("dir")).hasContent("flat")),
                applied(
                        "a link in a directory's place, to its own",
                        new FakeTask().link("dir", "home"),
                        changes -> assertThat(Files.readSymbolicLink(changes.file("dir")))
                                .isEqualTo(Path.of("home"))),
                applied("twins in case", new FakeTask().write("readme", "x").write("ReadMe", "y"), changes -> {
                    assertThat(changes.file("README")).hasContent("readme\n");
                    assertThat(lookalikes(changes)).isEqualTo(2);
                }),
                applied(
                        "twins in NFC and NFD",
                        new FakeTask().write("\u00e9", "x").write("e\u0301", "y"),
                        changes -> assertThat(lookalikes(changes)).isEqualTo(1)),
                applied(
                        "names with newlines and escape sequences",
                        new FakeTask().write("a\nb", "x").write("\u001b]0;evil\u0007", "y"),
                        changes -> assertThat(changes.file("a\nb")).hasContent("x")),
                applied(
                        "names that reorder text",
                        new FakeTask().write("txt.\u202egpj", "x"),
                        changes -> assertThat(changes.file("txt.\u202egpj")).hasContent("x")),
                applied(
                        "names that look like options",
                        new FakeTask()
                                .write("-rf", "x")
                                .write("--", "y")
                                .write("~", "z")
                                .write("$(id)", "w"),
                        changes -> assertThat(changes.file("-rf")).hasContent("x")),
                applied(
                        "names that look like paths",
                        new FakeTask()
                                .write("...", "x")
                                .write("..x", "y")
                                .write("\\..\\x", "z")
                                .write("C:", "w"),
                        changes -> assertThat(changes.file("...")).hasContent("x")),
                applied(
                        "a name that is no text",
                        new FakeTask()
                                .write(
                                        RelativePath.ofBytes(
                                                ByteString.copyFrom(new byte[] {'n', (byte) 0xff, (byte) 0xfe})),
                                        ByteString.copyFromUtf8("x"),
                                        0644),
                        _ -> {}),
                applied(
                        "the longest name",
                        new FakeTask().write("n".repeat(255), "x"),
                        changes -> assertThat(changes.file("n".repeat(255))).hasContent("x")),
                applied(
                        "a deep path",
                        new FakeTask().write("d/".repeat(150) + "x", "x"),
                        changes ->
                                assertThat(changes.file("d/".repeat(150) + "x")).hasContent("x")),
                applied(
                        "a removal of what never was",
                        new FakeTask().remove("nothing").write("x", "x"),
                        changes -> assertThat(changes.file("x")).exists()),
                applied(
                        "a mode of nothing",
                        new FakeTask().write("x", "x", 0).makeDirectory("y", 0),
                        changes -> assertThat(changes.file("y")).exists()),
                applied(
                        "a time before all time",
                        new FakeTask()
                                .write("x", "x")
                                .put(new UpperEntry.File(
                                        RelativePath.of("y"), 0644, 0, Instant.MIN, Sha256.of(ByteString.EMPTY)))
                                .write("y", ""),
                        changes -> assertThat(changes.file("y")).exists()));
    }

    private static long lookalikes(ChangesFixture changes) {
        return changes.sets.ofTask(ChangesFixture.TASK).getFirst().changes().stream()
                .filter(one -> one.lookalike().isPresent())
                .count();
    }

    private static Attack stream(String name, UpperEntry... entries) {
        return Attack.of(name, Arrays.asList(entries), End.SET_REFUSED);
    }

    private static Attack content(String name, UpperEntry entry, OneByOne.Opening content) {
        return new Attack(name, List.of(entry), new OneByOne(content), _ -> {}, End.SET_REFUSED, _ -> {});
    }

    private static Attack kind(String name, FakeTask task) {
        return Attack.of(name, task, End.PATH_REFUSED);
    }

    private static Attack conflict(String name, FakeTask task, Attack.Work meddling) {
        return Attack.of(name, task, End.CONFLICT).after(meddling);
    }

    private static Attack applied(String name, FakeTask task, Attack.Work asked) {
        return Attack.of(name, task, End.APPLIED).leaving(asked);
    }

    private static UpperEntry file(String path, int mode) {
        return new UpperEntry.File(RelativePath.of(path), mode, 4, FakeTask.WRITTEN, SOME);
    }

    private static UpperEntry sized(String path, long size) {
        return new UpperEntry.File(RelativePath.of(path), 0644, size, FakeTask.WRITTEN, SOME);
    }

    private static UpperEntry directory(String path, int mode) {
        return new UpperEntry.Directory(RelativePath.of(path), mode, FakeTask.WRITTEN, false);
    }

    private static UpperEntry removed(String path) {
        return new UpperEntry.Removed(RelativePath.of(path));
    }

    private static UpperEntry link(String path, String target) {
        return new UpperEntry.Link(RelativePath.of(path), LinkTarget.of(target));
    }

    private static UpperEntry other(String path, String what) {
        return new UpperEntry.Other(RelativePath.of(path), what);
    }

    private static InputStream bytes(String text) {
        return ByteString.copyFromUtf8(text).newInput();
    }

    /** Content that a host would read for ever. */
    private static final class Endless extends InputStream {
        @Override
        public int read() {
            return 'x';
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return length;
        }
    }

    private static final class Broken extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("broken");
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            throw new IOException("broken");
        }
    }
}
