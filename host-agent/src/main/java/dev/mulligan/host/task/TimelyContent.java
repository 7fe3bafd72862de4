package dev.mulligan.host.task;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.workspace.RelativePath;
import dev.mulligan.host.workspace.UpperContent;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The content of a guest that must have come over in time: each call has its own deadline, and
 * there may be many.
 */
final class TimelyContent implements UpperContent {
    private final UpperContent content;
    private final InstantSource clock;
    private final Duration patience;
    private final Instant end;

    TimelyContent(UpperContent content, InstantSource clock, Duration patience) {
        this.content = content;
        this.clock = clock;
        this.patience = patience;
        this.end = clock.instant().plus(patience);
    }

    /** {@code CHANGES_LIMIT} when the time is over. */
    @Override
    public void read(List<RelativePath> paths, Receiver receiver) throws IOException {
        content.read(paths, (path, bytes) -> receiver.take(path, timely(path, bytes)));
    }

    private InputStream timely(RelativePath path, InputStream bytes) {
        requireTime(path);
        return new FilterInputStream(bytes) {
            @Override
            public int read() throws IOException {
                requireTime(path);
                return super.read();
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                requireTime(path);
                return super.read(target, offset, length);
            }
        };
    }

    private void requireTime(RelativePath path) {
        if (clock.instant().isAfter(end)) {
            throw HostException.of(HostErrorCode.CHANGES_LIMIT, "taking over what was written")
                    .value("not at its end at " + path)
                    .expected("at most " + patience.toMinutes() + " minutes for one folder")
                    .remedy("write less at once, or see what keeps the sandbox from answering")
                    .build();
        }
    }

    @Override
    public Optional<InputStream> openPacked(RelativePath path) throws IOException {
        return content.openPacked(path);
    }
}
