package dev.mulligan.host.workspace.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.workspace.FolderEntry;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.pack.LeftOut.Reason;
import dev.mulligan.vm.DataSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@SuppressWarnings("NullAway.Init") // Set by JUnit and before the tests.
final class FolderPackerTest {
    private static final int SWAPS = Integer.getInteger("mulligan.pack.swaps", 100);

    @TempDir
    private Path directory;

    private Path folder;
    private final Set<Path> inUse = new HashSet<>();
    private FolderPacker packer;

    @BeforeEach
    void open() throws IOException {
        folder = Files.createDirectory(directory.resolve("folder"));
        packer = packer(DataSize.ofGibibytes(1));
    }

    /** Its clock is ahead: what was written a moment ago is long ago. */
    private FolderPacker packer(DataSize most) {
        return FolderPacker.open(
                directory.resolve("images"), most, () -> inUse, Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1)));
    }

    @Test
    void theManifestIsWhatTheFolderHolds() throws Exception {
        write("a.txt", "text");
        write("sub/deep/b", "");
        write("big", "x".repeat(3_000_000));
        Files.createSymbolicLink(folder.resolve("out"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(folder.resolve("folder-elsewhere"), Path.of("/etc"));
        Files.createDirectory(folder.resolve("empty"));
        Files.setPosixFilePermissions(folder.resolve("a.txt"), PosixFilePermissions.fromString("rwxr-x---"));
        Files.setLastModifiedTime(folder.resolve("a.txt"), FileTime.from(Instant.ofEpochSecond(1, 2)));
        shell("chmod u+s,g+s a.txt; mkfifo fifo; mkdir sticky; chmod 1755 sticky");

        try (PackedFolder packed = packer.pack(folder, List.of())) {
            assertThat(paths(packed))
                    .containsExactly(
                            "a.txt",
                            "big",
                            "empty",
                            "folder-elsewhere",
                            "out",
                            "sticky",
                            "sub",
                            "sub/deep",
                            "sub/deep/b");
            assertThat(entry(packed, "a.txt"))
                    .isEqualTo(new FolderEntry.File(
                            0750, 4, Instant.ofEpochSecond(1, 2), Sha256.of(ByteString.copyFromUtf8("text"))));
            assertThat(((FolderEntry.Directory) entry(packed, "sticky")).mode()).isEqualTo(0755);
            assertThat(((FolderEntry.Link) entry(packed, "out")).target()).hasToString("/etc/passwd");
            assertThat(packed.leftOut()).containsExactly(new LeftOut("fifo", Reason.SPECIAL));
            assertThat(packed.report().unsteady()).isEmpty();
            assertThat(content(packed, "a.txt")).isEqualTo("text");
            assertThat(content(packed, "sub/deep/b")).isEmpty();
            assertThat(content(packed, "big")).hasSize(3_000_000);
            assertThat(packed.open(RelativePath.of("out"))).isEmpty();
        }
    }

    @Test
    void namesAreBytes() throws Exception {
        shell("touch \"$(printf '\\377\\376')\" \"$(printf 'new\\nline')\" -- -rf");
        try (PackedFolder packed = packer.pack(folder, List.of())) {
            List<ByteString> names = new ArrayList<>();
            packed.manifest().forEach((path, entry) -> names.add(path.bytes()));
            assertThat(names)
                    .containsExactly(
                            ByteString.copyFromUtf8("-rf"),
                            ByteString.copyFromUtf8("new\nline"),
                            ByteString.copyFrom(new byte[] {(byte) 0xff, (byte) 0xfe}));
        }
    }

    @Test
    void whatIsIgnoredStaysAtHome() throws Exception {
        write(".mulliganignore", "*.log\n/build/\n");
        write("sub/.mulliganignore", "!wanted.log\n");
        for (String name : List.of("x.log", "build/x", "sub/x.log", "sub/wanted.log", "id.key", "sub/build/x")) {
            write(name, name);
        }
        try (PackedFolder packed = packer.pack(folder, List.of("*.key"))) {
            assertThat(paths(packed))
                    .containsExactly(
                            ".mulliganignore",
                            "sub",
                            "sub/.mulliganignore",
                            "sub/build",
                            "sub/build/x",
                            "sub/wanted.log");
        }
        try (PackedFolder packed = packer.pack(folder, List.of())) {
            assertThat(paths(packed)).contains("id.key");
        }
    }

    @Test
    void whatAnApplyHasUnderWayStaysAtHome() throws Exception {
        write(".mulligan-apply-7/n0", "new");
        write("sub/.mulligan-apply-7", "a file like any other");
        try (PackedFolder packed = packer.pack(folder, List.of())) {
            assertThat(paths(packed)).containsExactly("sub", "sub/.mulligan-apply-7");
        }
    }

    @Test
    void aFolderThatDidNotChangeIsOnlyLookedAt() throws Exception {
        write("a", "one");
        write("b", "two");
        String digest = packed(true);
        assertThat(packed(false)).isEqualTo(digest);
        assertThat(packer(DataSize.ofGibibytes(1))
                        .pack(folder, List.of())
                        .report()
                        .read())
                .as("after a restart")
                .isFalse();

        write("a", "eno");
        // Two writes within one tick of the kernel's clock look alike.
        Files.setLastModifiedTime(folder.resolve("a"), FileTime.from(Instant.ofEpochSecond(3)));
        String changed = packed(true);
        assertThat(changed).isNotEqualTo(digest);
        try (PackedFolder image = packer.pack(folder, List.of())) {
            assertThat(content(image, "a")).isEqualTo("eno");
            assertThat(content(image, "b")).as("taken from the former image").isEqualTo("two");
        }
        Files.move(folder.resolve("b"), folder.resolve("c"));
        assertThat(packed(true)).isNotEqualTo(changed);
    }

    @Test
    void equalFoldersAreOneImage() throws Exception {
        write("a", "same");
        Path twin = Files.createDirectory(directory.resolve("twin"));
        shell("cp -a a ../twin/a; touch -d @1000000000 . ../twin");
        try (PackedFolder one = packer.pack(folder, List.of());
                PackedFolder other = packer.pack(twin, List.of())) {
            assertThat(other.digest()).isEqualTo(one.digest());
            assertThat(other.image()).isEqualTo(one.image());
        }
        shell("touch -d @1000000001 ../twin");
        try (PackedFolder other = packer.pack(twin, List.of())) {
            assertThat(paths(other)).containsExactly("a");
            assertThat(other.report().read()).as("its time is in the image").isTrue();
        }
    }

    /** Whoever may write to the folder puts a link in the place of a folder, again and again. */
    @Test
    void nobodyIsLedOutOfTheFolder() throws Exception {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("file"), "secret");
        write("sub/file", "public");
        Files.createSymbolicLink(directory.resolve("trap"), outside);
        AtomicBoolean over = new AtomicBoolean();
        Thread swapper = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                move(folder.resolve("sub"), directory.resolve("aside"));
                move(directory.resolve("trap"), folder.resolve("sub"));
                move(folder.resolve("sub"), directory.resolve("trap"));
                move(directory.resolve("aside"), folder.resolve("sub"));
                breathe();
            }
        });
        try {
            for (int round = 0; round < SWAPS; round++) {
                try (PackedFolder packed = packer.pack(folder, List.of())) {
                    if (packed.manifest().find(RelativePath.of("sub/file")).isPresent()) {
                        assertThat(content(packed, "sub/file")).isEqualTo("public");
                    }
                }
            }
        } finally {
            over.set(true);
            swapper.join();
        }
    }

    /** Whatever becomes of a file meanwhile: the digest is that of what was packed. */
    @Test
    void aFileThatChangesWhileItIsReadIsPackedAsItWasHashed() throws Exception {
        write("log", "begin\n");
        AtomicBoolean over = new AtomicBoolean();
        Thread writer = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                overwrite(folder.resolve("log"));
                breathe();
            }
        });
        try {
            for (int round = 0; round < SWAPS / 10; round++) {
                try (PackedFolder packed = packer.pack(folder, List.of())) {
                    FolderEntry.File file = (FolderEntry.File) entry(packed, "log");
                    String content = content(packed, "log");
                    assertThat(Sha256.of(ByteString.copyFromUtf8(content))).isEqualTo(file.digest());
                    assertThat((long) content.length()).isEqualTo(file.size());
                }
            }
        } finally {
            over.set(true);
            writer.join();
        }
    }

    @Test
    void imagesThatNobodyUsesGoWhenThereAreTooMany() throws Exception {
        FolderPacker tight = packer(DataSize.ofMebibytes(1));
        write("a", "x".repeat(600_000));
        Path first;
        try (PackedFolder held = tight.pack(folder, List.of())) {
            first = held.image();
            write("a", "y".repeat(600_000));
            tight.pack(folder, List.of()).close();
            assertThat(first).as("held").exists();
        }
        inUse.add(first);
        write("a", "z".repeat(600_000));
        tight.pack(folder, List.of()).close();
        assertThat(first).as("a machine has it").exists();
        inUse.clear();
        write("a", "w".repeat(600_000));
        String last;
        try (PackedFolder packed = tight.pack(folder, List.of())) {
            last = packed.digest();
        }
        assertThat(first).doesNotExist();
        try (PackedFolder found = tight.find(last).orElseThrow()) {
            assertThat(content(found, "a")).startsWith("w");
        }
        assertThat(files(".erofs")).hasSize(1);
    }

    @Test
    void whatAKillOrADiskLeftIsNoObstacle() throws Exception {
        write("a", "text");
        packed(true);
        Path images = directory.resolve("images");
        Files.writeString(images.resolve("7.packing"), "half an image");
        packer = packer(DataSize.ofGibibytes(1));
        assertThat(images.resolve("7.packing")).doesNotExist();
        for (Path list : files(".list")) {
            byte[] bytes = Files.readAllBytes(list);
            bytes[bytes.length / 2] ^= 1;
            Files.write(list, bytes);
        }
        packed(true);
        packed(false);
    }

    @Test
    void refusesWhatIsNoFolder() throws Exception {
        write("file", "");
        for (Path none : List.of(directory.resolve("none"), folder.resolve("file"))) {
            assertThatThrownBy(() -> packer.pack(none, List.of()))
                    .isInstanceOfSatisfying(
                            HostException.class,
                            failed -> assertThat(failed.code()).isEqualTo(HostErrorCode.NO_SUCH_FILE));
        }
    }

    private String packed(boolean read) {
        try (PackedFolder packed = packer.pack(folder, List.of())) {
            assertThat(packed.report().read()).isEqualTo(read);
            return packed.digest();
        }
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("images"))) {
            return files.filter(file -> file.toString().endsWith(suffix)).toList();
        }
    }

    private static List<String> paths(PackedFolder packed) {
        List<String> paths = new ArrayList<>();
        packed.manifest().forEach((path, entry) -> paths.add(path.toString()));
        return paths;
    }

    private static FolderEntry entry(PackedFolder packed, String path) {
        return packed.manifest().find(RelativePath.of(path)).orElseThrow();
    }

    private static String content(PackedFolder packed, String path) throws IOException {
        try (InputStream content = packed.open(RelativePath.of(path)).orElseThrow()) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private void shell(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-ec", script)
                .directory(folder.toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Others test beside us. */
    private static void breathe() {
        LockSupport.parkNanos(100_000);
    }

    private static void overwrite(Path file) {
        try {
            Files.writeString(file, (System.nanoTime() + "\n").repeat(20_000));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
