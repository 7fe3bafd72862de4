package dev.mulligan.host.cli.taskfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mulligan.proto.host.v1.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProgramCallTest {
    private final Path directory;

    ProgramCallTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void pythonWithAFileOfThisMachineCarriesItsText() throws IOException {
        String file = Files.writeString(directory.resolve("a.py"), "print(1)").toString();
        ProgramCall program = ProgramCall.of(List.of("python3", file, "one", "--two"));
        assertThat(program.tool()).isEqualTo(Tool.PYTHON);
        assertThat(program.call().getPython().getCode()).isEqualTo("print(1)");
        assertThat(program.call().getPython().getArgumentsList()).containsExactly("one", "--two");
    }

    @Test
    void nodeLikewise() throws IOException {
        String file = Files.writeString(directory.resolve("a.js"), "1").toString();
        ProgramCall program = ProgramCall.of(List.of("node", file));
        assertThat(program.tool()).isEqualTo(Tool.NODE);
        assertThat(program.call().getNode().getCode()).isEqualTo("1");
    }

    @Test
    void everythingElseIsAProgramOfTheSandboxWithoutAShell() {
        for (List<String> words : List.of(
                List.of("ls", "-l"),
                List.of("python3"),
                List.of("python3", "-c", "print(1)"),
                List.of("python3", "/no/such/file/here.py"))) {
            ProgramCall program = ProgramCall.of(words);
            assertThat(program.tool()).isEqualTo(Tool.SHELL);
            assertThat(program.call().getShell().getArguments().getValuesList()).isEqualTo(words);
        }
    }

    @Test
    void aFileThatIsNoTextIsNotSent() throws IOException {
        Path file = Files.write(directory.resolve("a.py"), new byte[] {(byte) 0xff});
        assertThatThrownBy(() -> ProgramCall.of(List.of("python3", file.toString())))
                .hasMessageContaining("program that cannot be sent: not UTF-8");
    }

    @Test
    void norOneThatIsTooLarge() throws IOException {
        Path file = Files.write(directory.resolve("a.py"), new byte[(1 << 20) + 1]);
        assertThatThrownBy(() -> ProgramCall.of(List.of("python3", file.toString())))
                .hasMessageContaining("1048577 bytes")
                .hasMessageContaining("at most 1048576 bytes");
    }
}
