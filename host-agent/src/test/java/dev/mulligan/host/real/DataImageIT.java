package dev.mulligan.host.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** An image from a Dockerfile, the one that Mulligan ships as its example, from the recipe to a program in a sandbox. */
@Tag("vm")
@Tag("docker")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
final class DataImageIT {
    private final RealHost host = RealHost.withoutTemplates();
    private final HostAgentProcess agent = new HostAgentProcess(host.state());
    private final Hand hand = new Hand(agent::client);

    @BeforeAll
    void start() throws Exception {
        agent.start();
    }

    @AfterAll
    void end() throws Exception {
        try {
            assertThat(hand.leftovers()).isEmpty();
        } finally {
            agent.stop();
            host.keepLogs("DataImageIT");
            host.close();
        }
    }

    /** Of a figure that code draws, and says no more about. */
    private byte[] picture(String sandbox) throws Exception {
        Path results = host.directory().resolve("results");
        HostAgentProcess.Ran drawn = agent.run(
                "sandbox",
                "run",
                sandbox,
                "--save-results",
                results.toString(),
                "--python",
                "import matplotlib.pyplot as plt; _ = plt.plot([1, 4, 9])");
        assertThat(drawn.code()).as(drawn.toString()).isZero();
        try (Stream<Path> files = Files.list(results)) {
            List<Path> pictures = files.toList();
            assertThat(pictures).singleElement().asString().endsWith(".png");
            return Files.readAllBytes(pictures.getFirst());
        }
    }

    @Test
    void theExampleBootsAndOffersWhatItsDockerfileInstalls() throws Exception {
        Path recipe = Files.createDirectory(host.directory().resolve("recipe"));
        Path shipped = Path.of("../images/recipes/data");
        Files.writeString(
                recipe.resolve("Dockerfile"),
                Files.readString(shipped.resolve("Dockerfile")) + "\nENV GREETING=\"from the Dockerfile\"\n");
        Files.writeString(recipe.resolve("recipe.yaml"), Files.readString(shipped.resolve("recipe.yaml")));
        HostAgentProcess.Ran built = agent.run("image", "build", recipe.toString());
        assertThat(built.code()).as(built.toString()).isZero();

        String sandbox = hand.create("figures", "data").getId();
        try {
            assertThat(hand.shell(
                            sandbox,
                            "python3 -c 'import numpy, pandas, matplotlib; print(pandas.Series(numpy.arange(5)).sum())'"
                                    + "; echo $GREETING"))
                    .isEqualTo("10\nfrom the Dockerfile\n");
            // As the recipe says, sessions come with modules that nobody has to wait for.
            HostAgentProcess.Ran session = agent.run(
                    "sandbox",
                    "run",
                    sandbox,
                    "--python",
                    "import sys; sorted({'numpy', 'pandas', 'matplotlib.pyplot', 'sqlite3'} & set(sys.modules))");
            assertThat(session.output()).isEqualTo("['matplotlib.pyplot', 'numpy', 'pandas']\n");
            assertThat(picture(sandbox)).startsWith(0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n');
            // NumPy's generator came with the template's memory: it must not go on as there.
            String other = hand.create("other", "data").getId();
            try {
                assertThat(draw(other)).isNotEqualTo(draw(sandbox));
            } finally {
                hand.delete(other);
            }
        } finally {
            hand.delete(sandbox);
        }
    }

    private String draw(String sandbox) throws Exception {
        HostAgentProcess.Ran drawn =
                agent.run("sandbox", "run", sandbox, "--python", "import numpy; numpy.random.random(4)");
        assertThat(drawn.output()).as(drawn.toString()).startsWith("array([");
        return drawn.output();
    }
}
