package dev.mulligan.host.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a connection leaves behind. */
final class ConnectionTest {
    @Test
    void closedItHasNoThreadThatTheProcessWouldWaitFor(@TempDir Path directory) {
        Connection connection = Connection.open(new Endpoint.Unix(directory.resolve("host.sock")));
        assertThat(connection.channel().getState(true)).isNotNull(); // it begins to connect, on that thread

        connection.close();

        assertThat(connection.loop().isTerminated()).isTrue();
        assertThat(connection.channel().isShutdown()).isTrue();
    }
}
